import { describe, expect, test } from '@jest/globals';
import axios from 'axios';
import { itemsOf } from '../../scripts/n8n/client.mjs';
import { FETCH, PATHS, bodiesTo, cutOut, fetchedAt, finishedVideo } from './support/newerJobs.mts';
import { jsonOf, pausing, startPausing, type Json } from './support/pausing.mts';
import { listen } from './support/trigger.mts';
import { ttapiWorkflow, type TtapiNode } from './support/workflow.mts';
import { startWorld, type World } from './support/world.mts';

// Emptied before each test.
const pauses = await startPausing({ jobMs: 300 });
const { world } = pauses;
const { simulator } = world;
const FRAME = 'https://example.com/first.png';

/** TTAPI as videos may be spelled and fetched there, and its newer dialect. */
const spellings = {
	list: await startWorld({ jobMs: 100, spelling: { videos: 'list' } }),
	objects: await startWorld({ jobMs: 100, spelling: { videos: 'objects' } }),
	first: await startWorld({ jobMs: 100, spelling: { videos: 'first' } }),
};
const withPictures = await startWorld({ jobMs: 100, videoFetch: 'image', dialect: 'new' });
const newer = await startWorld({ jobMs: 100, dialect: 'new', strictFetch: true });

/** Runs our nodes in a row and gives what came out of the last one. */
async function run(items: Json[], nodes: TtapiNode[], { client, credentials }: World = world) {
	const workflow = await client.createWorkflow(ttapiWorkflow(items, ...nodes), credentials);
	const execution = await client.runWorkflow(workflow);
	expect(execution.data.resultData.error?.message).toBeUndefined();
	return itemsOf(execution, nodes.at(-1)!.name ?? 'TTAPI');
}

const node = (name: string, { options = {}, ...parameters }: Json): TtapiNode => ({
	name,
	parameters: { ...parameters, options: { pollInterval: 1, ...options } },
});

/** What the simulator serves at an address. */
const served = async (address: string) => {
	const { data } = await axios.get(address, { responseType: 'arraybuffer', proxy: false });
	return Buffer.from(data);
};

const EDIT = {
	operation: 'edit',
	imageInput: 'base64',
	imageBase64: cutOut(),
	prompt: '={{ $json.prompt }}',
};
const RETEXTURE = { ...EDIT, editType: 'retexture' };
const CREATE = {
	resource: 'video',
	operation: 'create',
	prompt: '={{ $json.prompt }}',
	imageUrl: FRAME,
};
const EXTEND = { resource: 'video', operation: 'extend' };
const GET = { resource: 'job', operation: 'get' };
const WAIT = { resource: 'job', operation: 'wait' };

/** What each operation that submits is to give, and where it sends and looks. */
const OPERATIONS: Array<{ title: string; parameters: Json; path: string; gives: Json }> = [
	{
		title: 'edit',
		parameters: EDIT,
		path: PATHS.edit,
		gives: { family: 'edit', action: 'edit', prompt: 'a red door' },
	},
	{
		title: 'retexture',
		parameters: RETEXTURE,
		path: PATHS.edit,
		gives: { family: 'edit', action: 'retexture', prompt: 'a red door' },
	},
	{
		title: 'video.create',
		parameters: CREATE,
		path: PATHS.video,
		gives: { family: 'video', action: 'video', prompt: 'a red door' },
	},
	{
		title: 'video.extend',
		parameters: EXTEND,
		path: PATHS.extend,
		gives: { family: 'video', action: 'video_extend', prompt: 'it snows' },
	},
];
const filesOf = ({ images, videos }: Json): string[] => videos ?? images;

describe.each(OPERATIONS)('$title', ({ parameters, path, gives }) => {
	/** The item that goes in: extend takes a job, the others a prompt. */
	const itemFor = async () => ({
		prompt: 'a red door',
		...(parameters === EXTEND ? { jobId: await finishedVideo(simulator) } : {}),
	});

	test('is polled for', async () => {
		const item = await itemFor();
		const [{ json }] = await run([item], [node('TTAPI', parameters)]);
		expect(json).toMatchObject({ status: 'SUCCESS', quota: 3, ...gives });
		expect(filesOf(json)).toHaveLength(4);
		expect(JSON.stringify(json)).not.toContain('hookUrl');
		const family = gives.family as keyof typeof FETCH;
		expect(fetchedAt(simulator)).toEqual([FETCH[family]]);
		expect(bodiesTo(simulator, path)).toHaveLength(1);
	});

	test('is waited for by a callback', async () => {
		const item = await itemFor();
		pauses.addFaults({ kind: 'jobNeverEnds' });
		const id = await pauses.startPaused([item], pausing('TTAPI', parameters));
		const [job] = pauses.jobs(id);
		pauses.finish(job);
		const execution = await pauses.ended(id);
		expect(execution.status).toBe('success');
		expect(jsonOf(execution, 'Behind')).toMatchObject([
			{ jobId: job.jobId, status: 'SUCCESS', startedWith: 'a red door', ...gives },
		]);
		expect(pauses.answersTo(job)).toEqual([200]);
		expect(bodiesTo(simulator, path)).toHaveLength(1);
	});

	test('is not waited for, and completed by Job > Wait, which is told where to look', async () => {
		const item = await itemFor();
		const [{ json }] = await run(
			[item],
			[node('Submit', { ...parameters, waitForResult: 'none' }), node('Wait', WAIT)],
		);
		expect(json).toMatchObject({ status: 'SUCCESS', family: gives.family });
		expect(filesOf(json)).toHaveLength(4);
		expect(fetchedAt(simulator)).toEqual([FETCH[gives.family as keyof typeof FETCH]]);
	});

	test('gives its files as data, as fields of one item, and as items', async () => {
		const item = await itemFor();
		const prefix = gives.family === 'video' ? 'video' : 'image';
		const mimeType = gives.family === 'video' ? 'video/mp4' : 'image/png';
		const numbers = [1, 2, 3, 4];
		for (const [download, fields] of [
			['grid', [['data']]],
			['images', [numbers.map((n) => `${prefix}_${n}`)]],
			['itemPerImage', numbers.map(() => ['data'])],
		] as Array<[string, string[][]]>) {
			const items = await run([item], [node('TTAPI', { ...parameters, download })]);
			expect(items.map(({ binary }: any) => Object.keys(binary))).toEqual(fields);
			const files = items.flatMap(({ binary }: any) => Object.values(binary as object));
			const addresses = filesOf(items[0].json).slice(0, files.length);
			for (const [n, file] of files.entries()) {
				expect(file.mimeType).toBe(mimeType);
				const downloaded = await world.client.downloadBinary(file);
				expect(downloaded.equals(await served(addresses[n]))).toBe(true);
			}
		}
	});
});

test('a picture becomes a video, and the video a longer one', async () => {
	const [{ json }] = await run(
		[{ prompt: 'a red door' }],
		[
			node('Grid', { prompt: '={{ $json.prompt }}' }),
			node('Upscale', { operation: 'action', action: 'upsample3' }),
			node('Video', {
				...CREATE,
				imageUrl: '={{ $json.cdnImage }}',
				options: { videoCount: 2, motion: 'high' },
			}),
			node('Longer', { ...EXTEND, index: 1, options: { videoCount: 1 } }),
		],
	);
	expect(json).toMatchObject({ status: 'SUCCESS', action: 'video_extend', family: 'video' });
	expect(json.videos).toHaveLength(1);
	const jobs = simulator.state().jobs;
	expect(jobs.map(({ action }) => action)).toEqual([
		...['imagine', 'upsample3', 'video', 'video_extend'],
	]);
	expect(bodiesTo(simulator, PATHS.video)).toEqual([
		{
			prompt: expect.any(String),
			imageUrl: `${simulator.url}/pictures/${jobs[1].jobId}.png`,
			manual: 'high',
			bs: 2,
		},
	]);
	expect(bodiesTo(simulator, PATHS.extend)).toEqual([{ jobId: jobs[2].jobId, index: 1, bs: 1 }]);
});

test('a downloaded picture is edited, and what comes out edited again', async () => {
	const retexture = { ...RETEXTURE, imageInput: 'binary', download: 'grid' };
	const [{ json }] = await run(
		[{ prompt: 'a red door' }],
		[
			node('Grid', { prompt: '={{ $json.prompt }}', download: 'grid' }),
			node('Wood', { ...retexture, prompt: 'all of wood' }),
			node('Stone', { ...retexture, prompt: 'all of stone' }),
		],
	);
	expect(json).toMatchObject({ status: 'SUCCESS', family: 'edit', prompt: 'all of stone' });
	for (const { image, type } of bodiesTo(simulator, PATHS.edit))
		expect([type, image]).toEqual(['retexture', expect.stringMatching(/^data:image\/png;base64,/)]);
});

test('a video that the job does not have is not paid for', async () => {
	const jobId = await finishedVideo(simulator, 2);
	const workflow = await world.client.createWorkflow(
		ttapiWorkflow([{ jobId }], node('TTAPI', { ...EXTEND, index: 2 })),
		world.credentials,
	);
	const execution = await world.client.runWorkflow(workflow);
	expect(execution.status).toBe('error');
	expect(execution.data.resultData.error.message).toContain(jobId);
	const requests = simulator.state().requests.filter(({ path }) => path === PATHS.extend);
	expect(requests).toEqual([]);
});

describe('a wait that ran out', () => {
	test.each([
		['an edit', EDIT, 'edit'],
		['a video', CREATE, 'video'],
	] as const)('leaves what Job > Wait completes: %s', async (_title, parameters, family) => {
		pauses.addFaults({ kind: 'jobNeverEnds' });
		const options = { maxWait: 1, onTimeout: 'continue' };
		const item = { prompt: 'a red door' };
		const [{ json: late }] = await run([item], [node('TTAPI', { ...parameters, options })]);
		expect(late).toMatchObject({ family, timedOut: true });
		pauses.finish(...pauses.jobs());
		const [{ json }] = await run([late], [node('Wait', WAIT)]);
		expect(json).toMatchObject({ jobId: late.jobId, family, status: 'SUCCESS' });
		expect(fetchedAt(simulator)).toEqual([FETCH[family]]);
	});
});

describe('the trigger is called by', () => {
	const submit = async (parameters: Json, hookUrl: string) =>
		await run(
			[{ prompt: 'a red door' }],
			[node('TTAPI', { ...parameters, waitForResult: 'none', options: { hookUrl } })],
		);

	test.each([
		['an edit', EDIT, 'edit'],
		['a video', CREATE, 'video'],
	] as const)(
		'%s: it looks where such jobs are, and nowhere else',
		async (_t, parameters, family) => {
			const listener = await listen(world);
			const [{ json: receipt }] = await submit(parameters, listener.url);
			const [[{ json }]] = await listener.runs(1);
			expect(json).toMatchObject({
				jobId: receipt.jobId,
				status: 'SUCCESS',
				family,
				prompt: 'a red door',
			});
			expect(filesOf(json)).toHaveLength(4);
			expect(JSON.stringify(json)).not.toContain(listener.url);
			expect(fetchedAt(simulator)).toEqual([FETCH[family]]);
		},
	);

	test.each([
		['an edit', EDIT, 'edit'],
		['a video', CREATE, 'video'],
	] as const)(
		'%s that failed, although its callback shows no family',
		async (_t, parameters, family) => {
			simulator.addFault({ kind: 'jobFails', message: '[Image denied]' });
			const listener = await listen(world);
			const [{ json: receipt }] = await submit(parameters, listener.url);
			const [[{ json }]] = await listener.runs(1);
			expect(json).toMatchObject({
				jobId: receipt.jobId,
				status: 'FAILED',
				family,
				message: '[Image denied]',
			});
		},
	);

	test('a video, whose files it downloads', async () => {
		const fields = ['video_1', 'video_2', 'video_3', 'video_4'];
		const listener = await listen(world, { options: { download: 'images' } }, fields);
		await submit(CREATE, listener.url);
		const [[{ json, binary }]] = await listener.runs(1);
		expect(Object.keys(binary!)).toEqual(fields);
		for (const [n, field] of fields.entries()) {
			const bytes = Buffer.from(json.bytes[field], 'base64');
			expect(bytes.equals(await served(json.videos[n]))).toBe(true);
		}
	});
});

describe('job.get finds', () => {
	test.each([
		['an edit', EDIT, 'edit'],
		['a video', CREATE, 'video'],
	] as const)('%s by its id alone', async (_title, parameters, family) => {
		const [{ json: receipt }] = await run(
			[{ prompt: 'a red door' }],
			[node('TTAPI', { ...parameters, waitForResult: 'none' })],
		);
		simulator.finishJob(receipt.jobId, 'SUCCESS');
		const [{ json }] = await run([{ jobId: receipt.jobId }], [{ parameters: GET }]);
		expect(json).toMatchObject({ jobId: receipt.jobId, status: 'SUCCESS', family });
		expect(filesOf(json)).toHaveLength(4);
	});
});

describe('a TTAPI that', () => {
	test.each(['list', 'objects', 'first'] as const)(
		'spells the addresses of videos as %s is read all the same',
		async (videos) => {
			const other = spellings[videos];
			const parameters = { ...CREATE, download: 'images', options: { videoCount: 2 } };
			const [{ json, binary }] = await run([{ prompt: 'a' }], [node('TTAPI', parameters)], other);
			expect(json.videos).toHaveLength(2);
			expect(Object.keys(binary)).toEqual(['video_1', 'video_2']);
			const raw = { ...CREATE, options: { simplify: false } };
			const [untouched] = await run([{ prompt: 'a' }], [node('TTAPI', raw)], other);
			expect(untouched.json).toMatchObject({ data: { fps: 24, duration: 5, resolution: 'sd' } });
		},
	);

	test('fetches videos with the pictures is asked there, and not again where it has none', async () => {
		const both = [
			node('Video', CREATE),
			node('Longer', EXTEND),
			node('Again', GET),
			node('Waited', WAIT),
		];
		const [{ json }] = await run([{ prompt: 'a' }], both, withPictures);
		expect(json).toMatchObject({ family: 'video', action: 'video_extend', status: 'SUCCESS' });
		expect(json.videos).toHaveLength(4);
		const { requests } = withPictures.simulator.state();
		const submitted = requests.findIndex(({ path }) => path === PATHS.extend);
		// Job > Get and Wait may look where the item says; the two that submit know by then.
		const looks = requests.slice(0, submitted).filter(({ path }) => path === FETCH.video);
		expect(looks.map(({ method }) => method)).toEqual(['GET', 'POST']);
	});

	test('speaks the newer dialect is understood in every family', async () => {
		for (const [parameters, family] of [
			[EDIT, 'edit'],
			[CREATE, 'video'],
		] as const) {
			const [{ json }] = await run([{ prompt: 'a' }], [node('TTAPI', parameters)], newer);
			expect(json).toMatchObject({ family, status: 'SUCCESS', quota: 3, progress: 100 });
		}
	});
});
