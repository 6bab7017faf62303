import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { FETCH } from '../operations.mts';
import { answer, connectionError, sent, type Answer, type Sent } from './support/http.mts';
import { callbackFor, pauseAndStore, runUntilPause } from './support/pausing.mts';
import { retry } from './support/retry.mts';
import { runWorkflow, type RunOptions } from './support/runWorkflow.mts';
import { PAID, playTtapi, type World, refused } from './support/ttapi.mts';
import { passes } from './support/virtualTime.mts';
import { workflowOf, type OperationName } from './support/workflows.mts';

const CDN = 'https://cdn.ttapi.io';
const HOOK = 'https://n8n.example.com/hook?b=2&a=%C3%A4+ö#x';
const FRAME = 'https://example.com/first.png';
const film = { status: 200, body: Buffer.from('film'), headers: { 'content-type': 'video/mp4' } };
const submits = () =>
	sent.filter(({ path }) => path === PAID['video.create'] || path === PAID['video.extend']);
const looks = () => sent.filter(({ path }) => path.endsWith('/fetch'));
const scene = (prompt: string) => ({ prompt, imageUrl: FRAME });
const addresses = (jobId: string, count = 4) =>
	Array.from({ length: count }, (_, n) => `${CDN}/${jobId}_${n}.mp4`);

const run = async (
	operation: OperationName,
	items: IDataObject[],
	options: RunOptions = {},
	world: World = {},
) => {
	const jobs = playTtapi(world);
	return { jobs, ...(await runWorkflow(workflowOf(operation), { items, ...options })) };
};
const create = async (options: RunOptions = {}, world: World = {}, items = [scene('it snows')]) =>
	await run('video.create', items, options, world);

/** A TTAPI in which the job "clip" made that many videos long ago. */
const withClip = (count = 4, status = 'SUCCESS', more = {}): World => ({
	fetch: ({ path, query, body }: Sent): Answer | undefined =>
		path === FETCH.video && (query.jobId ?? body.jobId) === 'clip'
			? {
					json: {
						...{ status, jobId: 'clip', message: '' },
						data: { action: 'video', jobId: 'clip', videos: addresses('clip', count), ...more },
					},
				}
			: undefined,
});
const extend = async (options: RunOptions = {}, world = withClip(), items = [{ jobId: 'clip' }]) =>
	await run('video.extend', items, options, world);

describe('a video sends', () => {
	test("every option that was added, under TTAPI's names", async () => {
		const endingUrl = 'https://example.com/last.png?a=ö';
		await create({
			parameters: {
				options: {
					...{ endingUrl, motion: 'high', resolution: 'hd', videoCount: 2, hookUrl: HOOK },
				},
			},
		});
		expect(submits()[0].body).toEqual({
			...{ prompt: 'it snows', imageUrl: FRAME, endingUrl },
			...{ manual: 'high', resolution: 'hd', bs: 2, hookUrl: HOOK },
		});
	});

	test('the last frame without the spaces and lines around it', async () => {
		const endingUrl = '={{ " \\n https://example.com/last.png \\n" }}';
		await create({ parameters: { options: { endingUrl } } });
		expect(submits()[0].body.endingUrl).toBe('https://example.com/last.png');
	});

	test('an option with its default value, once it was added', async () => {
		const options = { motion: 'low', resolution: 'sd', videoCount: 4 };
		await create({ parameters: { options } });
		expect(submits()[0].body).toMatchObject({ manual: 'low', resolution: 'sd', bs: 4 });
	});

	test('no speed and no picture setting that is left over from another operation', async () => {
		await create({
			parameters: {
				mode: 'turbo',
				promptParameters: { aspectRatio: '16:9' },
				options: { timeout: 600, getUImages: true, translation: false, animateMode: 'auto' },
			},
		});
		expect(submits()[0].body).toEqual({ prompt: 'it snows', imageUrl: FRAME });
	});
});

describe('an extension sends', () => {
	test('every option that was added', async () => {
		const options = { motion: 'high', animateMode: 'manual', videoCount: 1, hookUrl: HOOK };
		await extend({ parameters: { index: 3, options } });
		expect(submits()[0].body).toEqual({
			...{ jobId: 'clip', index: 3, manual: 'high', animateMode: 'manual', bs: 1, hookUrl: HOOK },
		});
	});

	test('a job also where TTAPI names buttons beside its videos', async () => {
		await extend({}, withClip(4, 'SUCCESS', { components: ['video_extend'] }));
		expect(submits()).toHaveLength(1);
	});

	test('the index as a number, also where an expression gives a text', async () => {
		await extend({ parameters: { index: '={{ "2" }}' } });
		expect(submits()[0].body.index).toBe(2);
	});

	test('after one free look at the job, however many items extend it', async () => {
		const { items } = await extend({ parameters: { index: '={{ $itemIndex }}' } }, withClip(), [
			{ jobId: 'clip' },
			{ jobId: 'clip' },
			{ jobId: 'clip' },
		]);
		expect(submits().map(({ body }) => body.index)).toEqual([0, 1, 2]);
		expect(looks().filter(({ query }) => query.jobId === 'clip')).toHaveLength(1);
		expect(items.map(({ json }) => json.jobId)).toEqual(['job-1', 'job-2', 'job-3']);
	});
});

describe('a video is refused before anything is sent:', () => {
	interface Case {
		title: string;
		item?: IDataObject;
		parameters?: IDataObject;
		options?: IDataObject;
		says: RegExp;
	}

	test.each<Case>([
		{ title: 'an empty prompt', item: { imageUrl: FRAME, prompt: ' ' }, says: /'Prompt' is empty/ },
		{ title: 'no first frame', item: { prompt: 'a' }, says: /'Image URL' is empty/ },
		...['http://10.0.0.1/a.png', 'http://localhost/a.png'].flatMap((address) => [
			{
				title: `the private first frame ${address}`,
				item: { prompt: 'a', imageUrl: address },
				says: /private|public/,
			},
			{
				title: `the private last frame ${address}`,
				options: { endingUrl: address },
				says: /private|public/,
			},
		]),
		{
			title: 'a first frame that is no address',
			item: { prompt: 'a', imageUrl: 'first.png' },
			says: /http\(s\)/,
		},
		{ title: 'a last frame that is no address', options: { endingUrl: 'x' }, says: /http\(s\)/ },
		{
			title: 'a last frame that is an object, by expression',
			options: { endingUrl: '={{ { url: "https://example.com/last.png" } }}' },
			says: /'Ending Image URL' must be text \(got an object\)/,
		},
		...['medium', 1].map((motion) => ({
			title: `the motion ${motion}, by expression`,
			options: { motion: `={{ ${JSON.stringify(motion)} }}` },
			says: /'Motion' can't be ("medium"|1)/,
		})),
		{
			title: 'the resolution 4k, by expression',
			options: { resolution: '={{ "4k" }}' },
			says: /'Resolution' can't be "4k"/,
		},
		...[0, 3, 5, 'many'].map((count) => ({
			title: `${count} videos, by expression`,
			options: { videoCount: `={{ ${JSON.stringify(count)} }}` },
			says: /'Number of Videos' can't be/,
		})),
	])('$title', async ({ item = scene('a'), parameters, options = {}, says }) => {
		const { error, items } = await create({ parameters: { ...parameters, options } }, {}, [
			item as never,
		]);
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		expect(error?.message).toMatch(says);
		expect(error?.description?.length).toBeGreaterThan(10);
		expect([items, sent]).toEqual([[], []]);
	});
});

describe('an extension is refused before anything is paid:', () => {
	interface Case {
		title: string;
		parameters?: IDataObject;
		world?: World;
		jobId?: string;
		says: RegExp;
	}

	test.each<Case>([
		{
			title: 'a video that the job does not have',
			parameters: { index: 2 },
			world: withClip(2),
			says: /clip.*2|2.*clip/,
		},
		{ title: 'a job that still runs', world: withClip(4, 'ON_QUEUE'), says: /clip is ON_QUEUE/ },
		{ title: 'a job that failed', world: withClip(4, 'FAILED'), says: /clip is FAILED/ },
		{ title: 'an unknown job', jobId: 'other', says: /other/ },
		{
			title: 'an image',
			jobId: 'grid',
			world: { before: { grid: ['upsample1'] } },
			says: /grid is an image/,
		},
		{ title: 'no job', jobId: '', says: /'Job ID' is empty/ },
		...[-1, 4, 0.5, 'first'].map((index) => ({
			title: `the index ${index}, by expression`,
			parameters: { index: `={{ ${JSON.stringify(index)} }}` },
			says: /'Video' can't be/,
		})),
		{
			title: 'another animate mode, by expression',
			parameters: { options: { animateMode: '={{ "wild" }}' } },
			says: /'Animate Mode' can't be "wild"/,
		},
	])('$title', async ({ parameters, world = withClip(), jobId = 'clip', says }) => {
		const { error, items } = await extend({ parameters }, world, [{ jobId }]);
		expect(error?.context.itemIndex).toBe(0);
		expect(error?.message).toMatch(says);
		expect(items).toEqual([]);
		expect(submits()).toEqual([]);
	});
});

describe('what comes out of a video', () => {
	test.each<[string, object, string[]]>([
		[
			'objects beside a picture',
			{ video_urls: [{ url: `${CDN}/1.mp4`, cover: `${CDN}/p.png` }] },
			[`${CDN}/1.mp4`],
		],
		[
			'the first one twice',
			{ videoUrl: `${CDN}/1.mp4`, videoList: [`${CDN}/1.mp4`, `${CDN}/2.mp4`] },
			[`${CDN}/1.mp4`, `${CDN}/2.mp4`],
		],
		[
			'those on its own host beside others',
			{ videos: ['https://example.com/1.mp4'], cdnVideos: [`${CDN}/1.mp4`] },
			[`${CDN}/1.mp4`],
		],
		[
			'an empty list of those on its own host beside others',
			{ videos: [`${CDN}/1.mp4`], cdnVideos: [] },
			[`${CDN}/1.mp4`],
		],
	])('has them also where TTAPI spells them as %s', async (_title, data, videos) => {
		const { items } = await create({}, { data: () => ({ videos: undefined, ...data }) });
		expect(items[0].json.videos).toEqual(videos);
	});

	test('has every field that TTAPI adds, where it is not simplified', async () => {
		const data = { fps: 24, resolution: 'hd', more: { seconds: 5 } };
		const { items } = await create(
			{ parameters: { options: { simplify: false } } },
			{ data: () => ({ ...data, hookUrl: 'https://a.example/?signature=s' }) },
		);
		expect(items[0].json).toMatchObject({ status: 'SUCCESS', data });
		expect(JSON.stringify(items[0].json)).not.toContain('hookUrl');
	});
});

describe('files of videos', () => {
	test('that cannot be downloaded are an error that names the paid job', async () => {
		answer('GET', addresses('job-1')[0], { status: 404 });
		const { error } = await create({ parameters: { download: 'grid' } });
		expect(error?.message).toMatch(/job-1.*a video of it could not be downloaded/);
	});

	test.each(['grid', 'images', 'itemPerImage'])(
		'of a job that says no address of them are an error that names the paid job: %s',
		async (download) => {
			// Its preview is no video.
			const data = { videos: [], cdnImage: `${CDN}/p.png`, images: [`${CDN}/p.png`] };
			answer('GET', data.cdnImage, film);
			const { error } = await create({ parameters: { download } }, { data: () => data });
			expect(error?.message).toMatch(/job-1.*a video of it could not be downloaded.*no URL/);
			expect(sent.filter(({ host }) => host !== 'api.ttapi.io')).toEqual([]);
		},
	);
});

let hosts = 0;
/** A host that the node has not asked before, where videos are fetched with the pictures. */
function hostWithoutVideoFetch(seconds = 15) {
	const base = `https://older${++hosts}.example.com`;
	const jobs = playTtapi({
		base,
		fetch: ({ path, query, body, at }) => {
			if (path === FETCH.video) return { status: 404, body: 'Not Found' };
			const job = jobs.find(({ jobId }) => jobId === (query.jobId ?? body?.jobId));
			if (path !== FETCH.image || !job) return undefined;
			const { jobId, acceptedAt } = job;
			return {
				json: {
					status: at < acceptedAt + seconds * 1000 ? 'ON_QUEUE' : 'SUCCESS',
					...{ jobId, message: '', data: { action: 'video', jobId, videos: addresses(jobId) } },
				},
			};
		},
	});
	return { baseUrl: 'custom', customBaseUrl: base };
}

describe('where a video is looked for', () => {
	test('with the pictures, on a host that has no fetch of videos; that is remembered', async () => {
		const credential = hostWithoutVideoFetch();
		const { items } = await runWorkflow(workflowOf('video.create'), {
			items: [scene('a')],
			credential,
		});
		expect(items[0].json).toMatchObject({ family: 'video', videos: addresses('job-1') });
		expect(looks().map(({ method, path }) => `${method} ${path}`)).toEqual([
			...[`GET ${FETCH.video}`, `POST ${FETCH.video}`],
			...looks()
				.slice(2)
				.map(() => `GET ${FETCH.image}`),
		]);
		expect(looks().length).toBeGreaterThan(3);
	});

	test('there by the next execution at once', async () => {
		const credential = hostWithoutVideoFetch();
		const again = async () =>
			await runWorkflow(workflowOf('video.create'), { items: [scene('a')], credential });
		await again();
		sent.length = 0;
		const { items } = await again();
		expect(items[0].json).toMatchObject({ jobId: 'job-2', family: 'video' });
		expect(new Set(looks().map(({ path }) => path))).toEqual(new Set([FETCH.image]));
	});

	test('nowhere else where a fetch of videos knows the job', async () => {
		await create({}, { seconds: 100 });
		expect(looks().length).toBeGreaterThan(2);
		expect(new Set(looks().map(({ method, path }) => `${method} ${path}`))).toEqual(
			new Set([`GET ${FETCH.video}`]),
		);
	});
});

describe('a video that waits by a callback', () => {
	test('is found with the pictures, on a host that has no fetch of videos', async () => {
		const credential = hostWithoutVideoFetch(50);
		const stored = await pauseAndStore(
			{ items: [scene('a')], credential },
			workflowOf('video.create'),
		);
		await passes(60);
		const { resumed } = await stored.callback(callbackFor('job-1'));
		expect(resumed?.seenBy.Done).toMatchObject([
			{ json: { jobId: 'job-1', family: 'video', videos: addresses('job-1') } },
		]);
	});
});

describe('a video that was paid for', () => {
	test('is not extended twice by a Retry', async () => {
		const account = { quota: 0 };
		const submit: World['submit'] = ({ body }) =>
			body.index === 1 && account.quota === 0 ? refused(402) : undefined;
		const failed = await extend(
			{ parameters: { index: '={{ $itemIndex }}' } },
			{ ...withClip(), submit },
			[{ jobId: 'clip' }, { jobId: 'clip' }],
		);
		expect(failed.error?.httpCode).toBe('402');
		account.quota = 1;
		sent.length = 0;
		const again = await retry(failed);
		expect(submits().map(({ body }) => body.index)).toEqual([1]);
		expect(again.items.map(({ json }) => json.jobId)).toEqual(['job-1', 'job-2']);
	});

	test('perhaps, is adopted where TTAPI repeats the address that only its submit had', async () => {
		const lost = { hookUrl: '' };
		playTtapi({
			submit: ({ body }) => {
				lost.hookUrl = body.hookUrl;
				return connectionError('ECONNRESET');
			},
			history: () => ({
				json: { data: [{ job_id: 'lost', action: 'i2v', prompt: 'it snows', status: 2 }] },
			}),
			fetch: ({ path, query }) => {
				if (path !== FETCH.video || query.jobId !== 'lost') return undefined;
				const data = { ...lost, videos: addresses('lost') };
				return { json: { status: 'SUCCESS', jobId: 'lost', message: '', data } };
			},
		});
		const { items } = await runUntilPause(
			{ items: [scene('it snows')] },
			workflowOf('video.create'),
		);
		expect(items).toMatchObject([{ json: { jobId: 'lost', videos: addresses('lost') } }]);
		expect(submits()).toHaveLength(1);
	});
});
