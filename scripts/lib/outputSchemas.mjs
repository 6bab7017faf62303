/**
 * The output schemas: they tell n8n's editor which fields an operation gives before it has run once. n8n looks for
 * `__schema__/v<version>/<resource>/<operation>.json` beside the node, and for `__schema__/v<version>.json` if a node has no
 * operations, as the trigger. All come from one list, `nodes/TtapiMidjourney/__schema__/schemas.json`: an operation gives a
 * job unless the list says otherwise.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ACTIONS = path.join(ROOT, 'nodes/TtapiMidjourney/actions');
const FOLDER = 'nodes/TtapiMidjourney/__schema__';
const LIST = `${FOLDER}/schemas.json`;
/** n8n's name for version 1 of a node. */
const VERSION = 'v1.0.0';

/**
 * @returns {Promise<Record<string, { type: string, properties: Record<string, object>, version: number }>>} the schemas by
 *   their files' paths in the package, without `dist`
 * @throws when the list names an operation that is not there
 */
export async function outputSchemas() {
	const { job, jobWithMore, noJob } = JSON.parse(await readFile(path.join(ROOT, LIST), 'utf8'));
	const operations = await allOperations();
	const unknown = Object.keys({ ...jobWithMore, ...noJob }).filter(
		(operation) => !operations.includes(operation),
	);
	if (unknown.length) {
		throw new Error(`${LIST} names operations that are not there: ${unknown.join(', ')}`);
	}

	const trigger = [`${FOLDER}/${VERSION}.json`, schemaOf(job)];
	const nodes = operations.map((operation) => [
		`${FOLDER}/${VERSION}/${operation}.json`,
		schemaOf(noJob[operation] ?? { ...job, ...jobWithMore[operation] }),
	]);
	return Object.fromEntries([trigger, ...nodes]);
}

/** @param {string} folder where the package is built */
export async function writeOutputSchemas(folder) {
	for (const [file, schema] of Object.entries(await outputSchemas())) {
		const place = path.join(folder, file);
		await mkdir(path.dirname(place), { recursive: true });
		await writeFile(place, `${JSON.stringify(schema)}\n`);
	}
}

const schemaOf = (properties) => ({ type: 'object', properties, version: 1 });

/** @returns {Promise<string[]>} such as `image/imagine`: one for each `*.operation.ts` */
async function allOperations() {
	const files = await readdir(ACTIONS, { recursive: true });
	return files
		.filter((file) => file.endsWith('.operation.ts'))
		.map((file) => file.replace(/\.operation\.ts$/, '').replaceAll(path.sep, '/'))
		.sort();
}
