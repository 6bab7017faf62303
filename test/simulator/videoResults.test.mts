import { describe, expect, test } from '@jest/globals';
import axios from 'axios';
import { readFile } from 'node:fs/promises';
import type { Spelling } from '../../simulator/startSimulator.mts';
import { download } from './support/picture.mts';
import { openReceiver } from './support/receiver.mts';
import { endOf, eventually, fetchJob, openSimulator, run, submit } from './support/simulator.mts';

const never = 600_000;
const path = '/midjourney/video/submit';
const body = { prompt: 'the cat blinks', imageUrl: 'https://example.com/cat.png', bs: 2 };

async function resultSpelled(videos?: Spelling['videos']) {
	const simulator = await openSimulator({ spelling: videos && { videos } });
	return await run(simulator, path, body);
}

const common = {
	action: 'video',
	jobId: expect.any(String),
	progress: '100',
	prompt: 'the cat blinks',
	hookUrl: null,
	quota: '3',
	resolution: 'sd',
	fps: 24,
	duration: 5,
};
const mp4 = expect.stringMatching(/^http:.*\.mp4$/);

describe('the result of a video', () => {
	test.each([undefined, 'list'] as const)('spelled %s is a plain list', async (spelling) => {
		const { status, data } = await resultSpelled(spelling);
		expect(status).toBe('SUCCESS');
		expect(data).toEqual({ ...common, videos: [mp4, mp4] });
	});

	test('spelled objects is a list of objects, with an address that is no video', async () => {
		const { data } = await resultSpelled('objects');
		expect(data).toEqual({
			...common,
			video_urls: [0, 1].map((index) => ({ index, url: mp4, cover: body.imageUrl })),
		});
	});

	test('spelled first names the first one, and then all of them', async () => {
		const { data } = await resultSpelled('first');
		expect(data).toEqual({ ...common, videoUrl: data.videoList[0], videoList: [mp4, mp4] });
	});

	test('is the same in the callback', async () => {
		const { hookUrl, bodies } = await openReceiver();
		const simulator = await openSimulator();
		const end = await run(simulator, path, { ...body, hookUrl });
		expect(await eventually(() => bodies[0])).toEqual(end);
	});

	test.each([undefined, 'list', 'objects', 'first'] as const)(
		'spelled %s names no video before the end',
		async (videos) => {
			const spelling = videos && { videos };
			const simulator = await openSimulator({ jobMs: never, pendingShare: 0, spelling });
			const jobId = await submit(simulator, path, body);
			const answer = await fetchJob(simulator, jobId, path);
			expect(answer.status).toBe('ON_QUEUE');
			expect(JSON.stringify(answer)).not.toContain('.mp4');
		},
	);

	test('of a job that failed is as the dialect has it', async () => {
		const ends = [];
		for (const dialect of ['seed', 'new'] as const) {
			const simulator = await openSimulator({ dialect });
			simulator.addFault({ kind: 'jobFails', message: 'Job Timeout', endpoint: 'videoSubmit' });
			ends.push(await endOf(simulator, await submit(simulator, path, body), path));
		}
		expect(ends[0]).toMatchObject({ status: 'FAILED', message: 'Job Timeout', data: [] });
		expect(ends[1].data).toMatchObject({ action: 'video', videos: null, quota: null });
	});
});

describe('the file of a video', () => {
	/** The names of the boxes that an MP4 consists of. */
	function boxesOf(file: Buffer): string[] {
		const names = [];
		let offset = 0;
		while (offset < file.length) {
			names.push(file.toString('latin1', offset + 4, offset + 8));
			offset += Math.max(file.readUInt32BE(offset), 8);
		}
		expect(offset).toBe(file.length);
		return names;
	}

	test('is an MP4 of a few kilobytes', async () => {
		const { data } = await resultSpelled();
		const { headers } = await axios.get(data.videos[0], { proxy: false });
		expect(headers['content-type']).toBe('video/mp4');
		const file = await download(data.videos[0]);
		expect(file.length).toBeLessThan(20_000);
		expect(boxesOf(file)).toEqual(expect.arrayContaining(['ftyp', 'moov', 'mdat']));
		const clip = await readFile('simulator/pictures/clip.mp4');
		expect(file.subarray(0, clip.length).equals(clip)).toBe(true);
	});

	test('is another one for each video of each job', async () => {
		const simulator = await openSimulator();
		const ends = [await run(simulator, path, body), await run(simulator, path, body)];
		const files = await Promise.all(ends.flatMap(({ data }) => data.videos).map(download));
		expect(new Set(files.map((file) => file.toString('base64'))).size).toBe(4);
		expect(files[3].toString('latin1')).toContain(`${ends[1].jobId} 1`);
	});

	test('is not there before the end, nor for a video too many', async () => {
		const simulator = await openSimulator({ jobMs: never });
		const jobId = await submit(simulator, path, body);
		const statusOf = async (index: number) =>
			(
				await axios.get(`${simulator.url}/videos/${jobId}/${index}.mp4`, {
					proxy: false,
					validateStatus: () => true,
				})
			).status;
		expect(await statusOf(0)).toBe(404);
		simulator.finishJob(jobId, 'SUCCESS');
		expect([await statusOf(0), await statusOf(1), await statusOf(2)]).toEqual([200, 200, 404]);
	});

	test('is in the requests as video, and goes wrong on demand', async () => {
		const simulator = await openSimulator();
		const { videos } = (await run(simulator, path, body)).data;
		simulator.addFault({ kind: 'status', status: 503, endpoint: 'picture' });
		simulator.addFault({ kind: 'html', status: 502 });
		simulator.addFault({ kind: 'status', status: 403, endpoint: 'video', count: 1 });
		await expect(download(videos[0])).rejects.toMatchObject({ response: { status: 403 } });
		expect((await download(videos[0])).length).toBeGreaterThan(0);
		simulator.addFault({ kind: 'pictureCut', endpoint: 'video' });
		await expect(download(videos[0])).rejects.toThrow();
		const statuses = simulator.state().requests.slice(-3);
		expect(statuses).toMatchObject(
			[403, 200, 200].map((status) => ({ endpoint: 'video', status })),
		);
	});
});
