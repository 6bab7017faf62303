/**
 * What the editor says will come out of each operation (`__schema__`, as n8n serves it to the editor) beside what comes out.
 */
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createCanvas } from '@napi-rs/canvas';
import axios from 'axios';
import { TtapiMidjourney } from '../../nodes/TtapiMidjourney/TtapiMidjourney.node.ts';
import { itemsOf } from '../../scripts/n8n/client.mjs';
import { cutOut, finishedVideo } from './support/newerJobs.mts';
import { listen, submitJob } from './support/trigger.mts';
import { ttapiWorkflow } from './support/workflow.mts';
import { startWorld } from './support/world.mts';

type Json = Record<string, any>;
interface Schema {
	type: string | string[];
	properties?: Record<string, Schema>;
	items?: Schema;
}

const world = await startWorld({ jobMs: 100 });
const { client, credentials, n8n, simulator } = world;
beforeEach(() => simulator.reset());

const GRID = 'afa774a3-1aee-5aba-4510-14818d6875e4';
const SINGLE = 'f5850038-90a3-8a97-0476-107ea4b8dac4';

const picture = (width: number, height: number) => {
	const canvas = createCanvas(width, height);
	const paint = canvas.getContext('2d');
	paint.fillStyle = 'white';
	paint.fillRect(0, 0, width, height);
	return canvas.toDataURL('image/png');
};
const prompt = 'a cat';
const options = { pollInterval: 1 };
const videoJob = async () => ({ jobId: await finishedVideo(simulator) });
const grid = () => ({ jobId: simulator.addFinishedJob({ jobId: GRID }).jobId });

/** The parameters of each operation; a function first makes the jobs that it needs. */
const OPERATIONS: Record<string, Json | (() => Json | Promise<Json>)> = {
	'account/get': {},
	'image/action': () => ({ ...grid(), action: 'variation1' }),
	'image/blend': { imageInput: 'base64', imagesBase64: `${picture(20, 20)}\n${picture(30, 30)}` },
	'image/describe': { imageInput: 'base64', imageBase64: picture(20, 20) },
	'image/edit': { prompt, imageInput: 'base64', imageBase64: cutOut() },
	'image/getSeed': grid,
	'image/imagine': { prompt },
	'image/inpaint': () => {
		const { jobId, width, height } = simulator.addFinishedJob({ jobId: SINGLE, upscaled: true });
		const maskBase64 = picture(Number(width), Number(height));
		return { jobId, prompt, maskInput: 'base64', maskBase64 };
	},
	'job/get': grid,
	'job/getMany': () => ({ limit: grid() && 1, options: undefined }),
	'job/wait': grid,
	'prompt/check': { prompt: 'a sexy cat' },
	'service/getStatus': {},
	'video/create': { prompt, imageUrl: 'https://example.com/first.png' },
	'video/extend': videoJob,
};

/** The node's own list of what it can do. */
const known = new TtapiMidjourney().description.properties
	.filter(({ name }) => name === 'operation')
	.flatMap(({ options: values = [], displayOptions }) =>
		(values as Array<{ value: string }>).map(
			({ value }) => `${String(displayOptions?.show?.resource)}/${value}`,
		),
	);

/** As the editor asks for it. */
async function schemaOf(node: string, path: string): Promise<Schema> {
	const { data } = await axios.get(`${n8n.url}/schemas/n8n-nodes-ttapi.${node}/1.0.0${path}.json`, {
		proxy: false,
	});
	return data;
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
	const missing = Object.keys(properties!).filter((key) => !(key in value));
	const unknown = Object.keys(value).filter((key) => !(key in properties!));
	return [
		...missing.map((key) => `${at}.${key} is missing`),
		...unknown.map((key) => `${at}.${key} is not in the schema`),
		...Object.entries(properties!)
			.filter(([key]) => key in value)
			.flatMap(([key, schema]) => differences(schema, value[key], `${at}.${key}`)),
	];
}

test('every operation of the node is here', () => {
	expect(known.sort()).toEqual(Object.keys(OPERATIONS).sort());
});

describe('what comes out is what the editor says', () => {
	/** Keys that were seen with something in them: an empty list or null says nothing about its type. */
	const filled = new Map<string, Set<string>>();
	afterAll(() => filled.clear());

	test.each(Object.keys(OPERATIONS))('of %s', async (path) => {
		const [resource, operation] = path.split('/');
		const given = OPERATIONS[path];
		const parameters = typeof given === 'function' ? await given() : given;
		const workflow = await client.createWorkflow(
			ttapiWorkflow([{}], { parameters: { resource, operation, options, ...parameters } }),
			credentials,
		);
		const execution = await client.runWorkflow(workflow);
		expect(execution.data.resultData.error?.message).toBeUndefined();
		const items = itemsOf(execution, 'TTAPI');
		expect(items.length).toBeGreaterThan(0);
		const schema = await schemaOf('ttapiMidjourney', `/${path}`);
		expect(items.flatMap(({ json }: any) => differences(schema, json))).toEqual([]);
		filled.set(
			path,
			new Set(
				items.flatMap(({ json }: any) =>
					Object.keys(json).filter((key) => json[key] !== null && json[key].length !== 0),
				),
			),
		);
	});

	test('of the trigger', async () => {
		const listener = await listen(world);
		await submitJob(simulator, { prompt, hookUrl: listener.url });
		const [[{ json }]] = await listener.runs(1);
		expect(differences(await schemaOf('ttapiMidjourneyTrigger', ''), json)).toEqual([]);
	});

	test('with a value in each key, in one operation or another', async () => {
		const seen = new Set([...filled.values()].flatMap((keys) => [...keys]));
		const schemas = await Promise.all(
			Object.keys(OPERATIONS).map(async (path) => await schemaOf('ttapiMidjourney', `/${path}`)),
		);
		const keys = new Set(schemas.flatMap(({ properties }) => Object.keys(properties!)));
		expect([...keys].filter((key) => !seen.has(key))).toEqual([]);
	});
});
