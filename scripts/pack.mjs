/** `node scripts/pack.mjs folder`: builds the package, packs it into the folder, and prints its path. */
import { runScript } from './lib/processes.mjs';
import { buildAndPack } from './n8n/pack.mjs';

const [into = '.'] = process.argv.slice(2);

await runScript(async () => console.log(await buildAndPack({ into })));
