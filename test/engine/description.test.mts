import { describe, expect, test } from '@jest/globals';
import type { INodeProperties } from 'n8n-workflow';
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';

import { TtapiApi } from '../../credentials/TtapiApi.credentials.ts';
import { TtapiMidjourney } from '../../nodes/TtapiMidjourney/TtapiMidjourney.node.ts';
import { outputSchemas } from '../../scripts/lib/outputSchemas.mjs';
import { ALL } from '../operations.mts';

const ROOT = resolve(import.meta.dirname, '../..');
const NODE_FOLDER = resolve(ROOT, 'nodes/TtapiMidjourney');
const { description } = new TtapiMidjourney();
const credential = new TtapiApi();
const schemas = await outputSchemas();

const operationsOf = (resource: string) =>
	description.properties.find(
		({ name, displayOptions }) =>
			name === 'operation' && displayOptions?.show?.resource?.includes(resource),
	)!;
const fieldsOf = (resource: string, operation: string) =>
	description.properties.filter(
		({ displayOptions }) =>
			displayOptions?.show?.resource?.includes(resource) &&
			displayOptions.show.operation?.includes(operation),
	);
/** Every field, those of collections too, as `options.timeout`. */
const withOptions = (fields: INodeProperties[]) =>
	fields.flatMap((field) => [
		[field.name, field] as const,
		...(field.type === 'collection'
			? (field.options as INodeProperties[]).map(
					(option) => [`${field.name}.${option.name}`, option] as const,
				)
			: []),
	]);

const UNTIMED = [
	'waitForResult',
	...[
		'hookUrl',
		'maxInFlight',
		'maxJobs',
		'maxWait',
		'onTimeout',
		'pollInterval',
		'reference',
		'simplify',
	].map((name) => `options.${name}`),
];
const WAITS = [...UNTIMED, 'options.timeout'];
const PICTURE = ['imageInput', 'binaryPropertyName'];

/** Saved workflows depend on these names: none is ever renamed or removed. */
const PARAMETERS: Record<string, string[]> = {
	'image.imagine': [
		'prompt',
		'mode',
		'download',
		'options.getUImages',
		'options.translation',
		...WAITS,
	],
	'image.action': ['jobId', 'action', 'download', 'options.getUImages', ...WAITS],
	'image.blend': [
		...PICTURE,
		'imageUrls',
		'imagesBase64',
		'dimensions',
		'mode',
		'download',
		'options.getUImages',
		...WAITS,
	],
	'image.describe': [...PICTURE, 'imageUrl', 'imageBase64', ...WAITS],
	'image.inpaint': [
		'jobId',
		'maskInput',
		'binaryPropertyName',
		'maskUrl',
		'maskBase64',
		'rectangles',
		'rectangleUnit',
		'prompt',
		'download',
		...WAITS,
	],
	'image.getSeed': ['jobId', ...WAITS],
	'image.edit': [
		'editType',
		'prompt',
		...PICTURE,
		'imageUrl',
		'imageBase64',
		'mode',
		'download',
		...UNTIMED,
	],
	'video.create': [
		'prompt',
		'imageUrl',
		'download',
		...['endingUrl', 'motion', 'resolution', 'videoCount'].map((name) => `options.${name}`),
		...UNTIMED,
	],
	'video.extend': [
		'jobId',
		'index',
		'download',
		...['motion', 'animateMode', 'videoCount'].map((name) => `options.${name}`),
		...UNTIMED,
	],
	'job.get': ['jobId', 'download', 'options.simplify', 'options.family'],
	'job.wait': [
		'jobId',
		'download',
		'options.maxWait',
		'options.pollInterval',
		'options.onTimeout',
		'options.simplify',
		'options.family',
	],
	'job.getMany': ['returnAll', 'limit', 'filters.status', 'sort.order'],
	'prompt.check': ['prompt'],
	'account.get': [],
	'service.getStatus': [],
};
const DEFAULTS: Record<string, unknown> = {
	mode: 'fast',
	waitForResult: 'poll',
	download: 'none',
	jobId: { __rl: true, mode: 'id', value: '={{ $json.jobId }}' },
	imageInput: 'binary',
	maskInput: 'binary',
	rectangleUnit: 'percent',
	binaryPropertyName: 'data',
	dimensions: 'SQUARE',
	editType: 'edit',
	index: 0,
	returnAll: false,
	limit: 50,
	'sort.order': 'desc',
	'filters.status': 'success',
	'options.animateMode': 'auto',
	'options.motion': 'low',
	'options.resolution': 'sd',
	'options.videoCount': 4,
	'options.timeout': 600,
	'options.maxInFlight': 10,
	'options.onTimeout': 'error',
	'options.simplify': true,
	'options.family': 'auto',
};
const VALUES: Record<string, Array<string | number>> = {
	mode: ['fast', 'relax', 'turbo'],
	dimensions: ['SQUARE', 'PORTRAIT', 'LANDSCAPE'],
	imageInput: ['binary', 'url', 'base64'],
	maskInput: ['binary', 'url', 'base64', 'rectangles'],
	rectangleUnit: ['percent', 'pixels'],
	waitForResult: ['poll', 'callback', 'none'],
	download: ['none', 'grid', 'images', 'itemPerImage'],
	editType: ['edit', 'retexture'],
	index: [0, 1, 2, 3],
	'sort.order': ['asc', 'desc'],
	'filters.status': ['failed', 'on_queue', 'pending_queue', 'success'],
	'options.animateMode': ['auto', 'manual'],
	'options.motion': ['high', 'low'],
	'options.resolution': ['hd', 'sd'],
	'options.videoCount': [1, 2, 4],
	'options.onTimeout': ['error', 'continue'],
	'options.family': ['auto', 'image', 'edit', 'video'],
};
const ACTIONS =
	'upsample1 upsample2 upsample3 upsample4 variation1 variation2 variation3 variation4 high_variation low_variation upscale2 upscale4 upscale_subtle upscale_creative redo_upscale2 redo_upscale4 redo_upscale_subtle redo_upscale_creative zoom_out_2 zoom_out_1_5 pan_left pan_right pan_up pan_down make_square reroll'.split(
		' ',
	);

describe('what saved workflows depend on', () => {
	test('names of node and credential', () => {
		expect([description.name, description.displayName]).toEqual([
			'ttapiMidjourney',
			'TTAPI Midjourney',
		]);
		expect(description.credentials).toEqual([{ name: 'ttapiApi', required: true }]);
		expect([credential.name, credential.displayName]).toEqual(['ttapiApi', 'TTAPI API']);
		expect(credential.properties.map(({ name, default: value }) => [name, value])).toEqual([
			['apiKey', ''],
			['baseUrl', 'https://api.ttapi.io'],
			['customBaseUrl', ''],
		]);
	});

	test('the webhook that n8n resumes a pause by', () => {
		expect(description.webhooks).toEqual([
			{
				...{ name: 'default', httpMethod: 'POST', path: '={{ $nodeId }}', isFullPath: true },
				...{ responseMode: 'onReceived', responseData: '', restartWebhook: true },
			},
		]);
	});

	test('image and imagine come first', () => {
		expect(description.properties[0]).toMatchObject({ name: 'resource', default: 'image' });
		expect(operationsOf('image').default).toBe('imagine');
	});

	test('every operation that there was, each with its parameters below', () => {
		const keys = description.properties
			.filter(({ name }) => name === 'operation')
			.flatMap(({ displayOptions, options }) =>
				(options as Array<{ value: string }>).map(
					({ value }) => `${displayOptions!.show!.resource![0]}.${value}`,
				),
			);
		expect(keys).toEqual(expect.arrayContaining(Object.keys(PARAMETERS)));
	});

	test.each(Object.keys(PARAMETERS))('the parameters of %s, their defaults and values', (key) => {
		const [resource, operation] = key.split('.');
		const fields = new Map(withOptions(fieldsOf(resource, operation)));
		expect([...fields.keys()]).toEqual(expect.arrayContaining(PARAMETERS[key]));
		for (const [name, field] of fields) {
			if (name in DEFAULTS) expect([name, field.default]).toEqual([name, DEFAULTS[name]]);
			if (name in VALUES) {
				const values = (field.options as Array<{ value: string }>).map(({ value }) => value);
				expect([name, [...values].sort()]).toEqual([name, [...VALUES[name]].sort()]);
			}
		}
	});

	test('all 26 actions, each once', () => {
		const field = fieldsOf('image', 'action').find(({ name }) => name === 'action')!;
		const values = (field.options as Array<{ value: string }>).map(({ value }) => value);
		expect([...values].sort()).toEqual([...ACTIONS].sort());
	});
});

describe('what the editor shows', () => {
	const operations = ALL.map(({ resource, operation }) => [resource, operation]);

	test.each(operations)('%s %s: a text for the list of actions', (resource, operation) => {
		const options = operationsOf(resource).options as Array<{
			value: string;
			action: string;
			description: string;
		}>;
		const shown = options.find(({ value }) => value === operation)!;
		expect(shown.action).toMatch(/^[A-Z].{5,}[^.]$/);
		expect(shown.description).toBeTruthy();
	});

	test('every field is labelled, explained, and has a default that its options know', () => {
		for (const [name, field] of withOptions(description.properties)) {
			expect([name, field.displayName]).toEqual([name, expect.stringMatching(/^[A-Z]/)]);
			if (field.type !== 'collection' && !['resource', 'operation'].includes(name)) {
				expect([name, field.description]).toEqual([name, expect.any(String)]);
			}
			if (field.type === 'options') {
				expect((field.options as Array<{ value: unknown }>).map(({ value }) => value)).toContain(
					field.default,
				);
			}
		}
	});

	test('agents may use the node', () => expect(description.usableAsTool).toBe(true));

	test('icons, light and dark, for node and credential', () => {
		const icons = [
			...Object.values(description.icon as object).map((icon: string) =>
				resolve(NODE_FOLDER, icon.slice('file:'.length)),
			),
			...Object.values(credential.icon as object).map((icon: string) =>
				resolve(ROOT, 'credentials', icon.slice('file:'.length)),
			),
		];
		expect(icons.map((icon) => basename(icon))).toEqual([
			'ttapi.svg',
			'ttapi.dark.svg',
			'ttapi.svg',
			'ttapi.dark.svg',
		]);
		for (const icon of icons) expect(readFileSync(icon, 'utf8')).toContain('<svg');
	});

	test('the codex names the node as n8n loads it', () => {
		const codex = JSON.parse(
			readFileSync(resolve(NODE_FOLDER, 'TtapiMidjourney.node.json'), 'utf8'),
		);
		expect(codex.node).toBe(`n8n-nodes-ttapi.${description.name}`);
		expect(codex.categories.length).toBeGreaterThan(0);
	});

	test('no output schema but those of the operations and of the trigger', () => {
		const files = ['v1.0.0', ...operations.map((words) => ['v1.0.0', ...words].join('/'))];
		expect(Object.keys(schemas).sort()).toEqual(files.map(schemaFile).sort());
	});

	test.each(operations.filter(([resource]) => resource !== 'image'))(
		'an output schema for %s %s',
		(resource, operation) => {
			expect(schemaOf(resource, operation)).toMatchObject({ type: 'object' });
		},
	);
	test.each(operations.filter(([resource]) => resource === 'image'))(
		'an output schema for %s %s with every key of a job',
		(resource, operation) => {
			expect(Object.keys(schemaOf(resource, operation).properties)).toEqual(
				expect.arrayContaining(
					'jobId status family action prompt progress cdnImage discordImage images width height components actions seed quota message'.split(
						' ',
					),
				),
			);
		},
	);
});

/** Where n8n looks: beside the node. */
function schemaFile(name: string) {
	return `nodes/TtapiMidjourney/__schema__/${name}.json`;
}

function schemaOf(resource: string, operation: string) {
	return schemas[schemaFile(`v1.0.0/${resource}/${operation}`)] ?? { properties: {} };
}
