/** Every operation in a real n8n, against each dialect of the simulator: what comes out, its file, and what the editor says of both. */
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import axios from 'axios';
import { itemsOf } from '../../scripts/n8n/client.mjs';
import { ALL, FETCH, SUBMITTING, itemFor, itemOf, type Named } from '../operations.mts';
import { fetchedAt } from './support/jobs.mts';
import { jsonOf, pausing, startPausing } from './support/pausing.mts';
import { listen, submitJob } from './support/trigger.mts';
import { ttapiWorkflow } from './support/workflow.mts';
import { startWorld, type World } from './support/world.mts';

interface Schema {
	type: string | string[];
	properties?: Record<string, Schema>;
	items?: Schema;
}

const worlds = {
	wire: await startWorld({ jobMs: 100, dialect: 'wire', strictFetch: true }),
	new: await startWorld({ jobMs: 100, dialect: 'new', strictFetch: true }),
	seed: await startWorld({ jobMs: 100, dialect: 'seed', strictFetch: true }),
};
const pauses = await startPausing({ jobMs: 300 });
beforeEach(() => Object.values(worlds).forEach(({ simulator }) => simulator.reset()));

const parametersOf = ({ name, resource, operation, parameters, pictures, files }: Named) => ({
	...{ resource, operation, ...parameters, ...pictures },
	...(files ? { download: 'grid' } : {}),
	options: name === 'job.getMany' ? {} : { pollInterval: 1 },
});

/** The simulator remembers the beginning of a picture only. */
const asLogged = (body: object): object =>
	Object.fromEntries(
		Object.entries(body).map(([key, value]) => [
			key,
			Array.isArray(value) ? value.map(start) : start(value),
		]),
	);
const start = (value: unknown) =>
	typeof value === 'string' && value.length > 100
		? expect.stringContaining(value.slice(0, 40))
		: value;

/** As the editor asks for it. */
async function schemaOf({ url }: World['n8n'], node: string, path: string): Promise<Schema> {
	const address = `${url}/schemas/n8n-nodes-ttapi.${node}/1.0.0${path}.json`;
	return (await axios.get(address, { proxy: false })).data;
}

const typeOf = (value: unknown) =>
	value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

/** Where a value is not what its schema says. */
function differences({ type, properties, items }: Schema, value: any, at = '$'): string[] {
	const is = typeOf(value);
	if (![type].flat().includes(is)) return [`${at} is ${is}, not ${String(type)}`];
	if (is === 'array')
		return (value as unknown[]).flatMap((each, n) => differences(items!, each, `${at}[${n}]`));
	if (is !== 'object') return [];
	const keys = new Set([...Object.keys(properties!), ...Object.keys(value)]);
	return [...keys].flatMap((key) => {
		if (!(key in value)) return [`${at}.${key} is missing`];
		if (!(key in properties!)) return [`${at}.${key} is not in the schema`];
		return differences(properties![key], value[key], `${at}.${key}`);
	});
}

/** Keys that came out with something in them: an empty list or null says nothing about its type. */
const filled = new Set<string>();
const inSchemas = new Set<string>();
afterAll(() => filled.clear());

async function expectInSchema({ resource, operation }: Named, json: any, n8n: World['n8n']) {
	const schema = await schemaOf(n8n, 'ttapiMidjourney', `/${resource}/${operation}`);
	expect(differences(schema, json)).toEqual([]);
	for (const key of Object.keys(schema.properties!)) inSchemas.add(key);
	for (const [key, value] of Object.entries<any>(json))
		if (value !== null && value.length !== 0) filled.add(key);
}

describe.each(Object.entries(worlds))('in the dialect "%s"', (_dialect, world) => {
	test.each(ALL)('$name', async (operation) => {
		const { client, credentials, n8n, simulator } = world;
		const { path, sends, gives, submits, files } = operation;
		const item = itemFor(operation, world.simulator);
		const workflow = ttapiWorkflow([item], { parameters: parametersOf(operation) });
		const execution = await client.runWorkflow(await client.createWorkflow(workflow, credentials));
		expect(execution.data.resultData.error?.message).toBeUndefined();

		const items = itemsOf(execution, 'TTAPI');
		const [{ json, binary }] = items;
		const done = submits ? { status: 'SUCCESS', family: submits, progress: 100, quota: 3 } : {};
		expect(json).toMatchObject({ ...done, ...gives });

		const { requests } = simulator.state();
		const accepted = requests.filter((each) => each.path === path && each.status === 200);
		if (sends) expect(accepted.map(({ body }) => body)).toEqual([asLogged(sends(item))]);
		for (const { path: asked, headers } of requests) {
			const key = asked.startsWith('/midjourney') ? simulator.apiKey : undefined;
			expect([asked, headers['tt-api-key']]).toEqual([asked, key]);
		}

		if (files) {
			const address = json.videos?.[0] ?? json.cdnImage ?? json.images[0];
			const { data } = await axios.get(address, { responseType: 'arraybuffer', proxy: false });
			const file = await client.downloadBinary(binary.data);
			expect(file.equals(Buffer.from(data))).toBe(true);
			expect(binary.data.mimeType).toBe(submits === 'video' ? 'video/mp4' : 'image/png');
		}

		for (const each of items) await expectInSchema(operation, each.json, n8n);
	});

	test('a prompt that TTAPI would refuse', async () => {
		const { client, credentials, n8n } = world;
		const [check] = ALL.filter(({ name }) => name === 'prompt.check');
		const node = { parameters: parametersOf(check) };
		const workflow = ttapiWorkflow([{ prompt: 'a sexy cat' }], node);
		const execution = await client.runWorkflow(await client.createWorkflow(workflow, credentials));
		const [{ json }] = itemsOf(execution, 'TTAPI');
		expect(json).toMatchObject({ allowed: false, bannedWords: ['sexy'] });
		await expectInSchema(check, json, n8n);
	});

	test('the trigger', async () => {
		const { simulator, n8n } = world;
		const listener = await listen(world);
		await submitJob(simulator, { prompt: 'a cat', hookUrl: listener.url });
		const [[{ json }]] = await listener.runs(1);
		expect(differences(await schemaOf(n8n, 'ttapiMidjourneyTrigger', ''), json)).toEqual([]);
	});
});

test('each key of the schemas had a value in one operation or another', () => {
	expect([...inSchemas].filter((key) => !filled.has(key))).toEqual([]);
});

test('GET is refused only once by a host that wants POST', async () => {
	const { client, credentials, simulator } = worlds.seed;
	const imagine = { parameters: { prompt: 'a cat', options: { pollInterval: 1 } } };
	const workflow = await client.createWorkflow(ttapiWorkflow([{}], imagine), credentials);
	await client.runWorkflow(workflow);
	simulator.reset();
	await client.runWorkflow(workflow);
	const methods = simulator
		.state()
		.requests.flatMap(({ method, path }) => (path === FETCH.image ? method : []));
	expect(new Set(methods)).toEqual(new Set(['POST']));
});

/** One of each family. */
const FAMILIES = ['imagine', 'edit', 'video.create'].map((each) =>
	SUBMITTING.find(({ name }) => name === each)!,
);

describe.each(FAMILIES)('a job of $submits, by $name', (operation) => {
	const { submits: family, gives } = operation;
	const { world } = pauses;

	test('is waited for by a callback', async () => {
		const { options, ...parameters } = parametersOf(operation);
		pauses.addFaults({ kind: 'jobNeverEnds' });
		const id = await pauses.startPaused([itemOf(operation)], pausing('TTAPI', parameters));
		const [job] = pauses.jobs(id);
		pauses.finish(job);
		const execution = await pauses.ended(id);
		expect(jsonOf(execution, 'Behind')).toMatchObject([
			{ jobId: job.jobId, status: 'SUCCESS', startedWith: 'a red door', ...gives },
		]);
		expect(itemsOf(execution, 'TTAPI')[0].binary).toHaveProperty('data');
		expect(pauses.answersTo(job)).toEqual([200]);
	});

	test('calls the trigger, which looks where such jobs are and downloads its files', async () => {
		const { client, credentials, simulator } = world;
		const fields = [1, 2, 3, 4].map((n) => `${family === 'video' ? 'video' : 'image'}_${n}`);
		const listener = await listen(world, { options: { download: 'images' } }, fields);
		const parameters = {
			...parametersOf(operation),
			...{ waitForResult: 'none', options: { hookUrl: listener.url, getUImages: true } },
		};
		const workflow = ttapiWorkflow([itemOf(operation)], { parameters });
		await client.runWorkflow(await client.createWorkflow(workflow, credentials));
		const [[{ json, binary }]] = await listener.runs(1);
		expect(json).toMatchObject({ status: 'SUCCESS', family, prompt: 'a red door' });
		expect(JSON.stringify(json)).not.toContain(listener.url);
		expect(Object.keys(binary!)).toEqual(fields);
		expect(fetchedAt(simulator)).toEqual([FETCH[family]]);
	});
});
