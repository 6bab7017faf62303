/**
 * Prints how many ms it takes to load the given files in this fresh process, after what n8n has loaded before any node.
 * Arguments: n8n's folder, then the files.
 */
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';

const [folder, ...files] = process.argv.slice(2);
const require = createRequire(`${folder}/`);
require('n8n-workflow');
require('n8n-core');
const before = performance.now();
for (const file of files) require(file);
console.log(performance.now() - before);
