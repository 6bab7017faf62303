import { describe, expect, test } from '@jest/globals';
import axios from 'axios';
import type { Simulator, SimulatorOptions } from '../../simulator/startSimulator.mts';
import { openReceiver } from './support/receiver.mts';
import { clientOf, eventually, openSimulator, run, submit } from './support/simulator.mts';

const imageUrl = 'https://example.com/cat.png';
const never = 600_000;

const families = {
	image: {
		endpoint: '/midjourney/v1/imagine',
		fetch: '/midjourney/v1/fetch',
		body: { prompt: 'a cat' },
		names: ['imagine', 'fetch'],
	},
	edit: {
		endpoint: '/midjourney/image-edits/submit',
		fetch: '/midjourney/image-edits/fetch',
		body: { prompt: 'a red hat', image: imageUrl },
		names: ['imageEdit', 'imageEditFetch'],
	},
	video: {
		endpoint: '/midjourney/video/submit',
		fetch: '/midjourney/video/fetch',
		body: { prompt: 'the cat blinks', imageUrl },
		names: ['videoSubmit', 'videoFetch'],
	},
};
type Family = keyof typeof families;
const names = Object.keys(families) as Family[];

async function withJobs(options: SimulatorOptions = {}) {
	const simulator = await openSimulator({ jobMs: never, ...options });
	const ids = {} as Record<Family, string>;
	for (const name of names) {
		const { endpoint, body } = families[name];
		ids[name] = await submit(simulator, endpoint, body);
	}
	return { simulator, ids };
}

async function fetchStatus(simulator: Simulator, path: string, jobId?: string, method = 'GET') {
	const fields = method === 'GET' ? { params: { jobId } } : { data: { jobId } };
	return (await clientOf(simulator).request({ url: path, method, ...fields })).status;
}

describe('each fetch', () => {
	test.each(names)('of the %s family knows its own jobs only', async (name) => {
		const { simulator, ids } = await withJobs();
		for (const other of names) {
			const expected = other === name ? 200 : 400;
			expect(await fetchStatus(simulator, families[name].fetch, ids[other])).toBe(expected);
			expect(await fetchStatus(simulator, families[name].fetch, ids[other], 'POST')).toBe(expected);
		}
	});

	test.each(names)('of the %s family says what is wrong in the same words', async (name) => {
		const simulator = await openSimulator();
		const client = clientOf(simulator);
		const { fetch } = families[name];
		const unknown = await client.get(fetch, { params: { jobId: 'nobody' } });
		expect([unknown.status, unknown.data.message]).toEqual([
			400,
			'The associated task does not exist or has expired.',
		]);
		const missing = await client.get(fetch);
		expect([missing.status, missing.data.message]).toEqual([400, '"jobId" cannot be empty.']);
	});

	test.each(['edit', 'video'] as const)(
		'of the %s family is by GET when it is strict, in either dialect',
		async (name) => {
			for (const dialect of ['seed', 'new'] as const) {
				const { simulator, ids } = await withJobs({ strictFetch: true, dialect });
				const { fetch } = families[name];
				expect(await fetchStatus(simulator, fetch, ids[name])).toBe(200);
				expect(await fetchStatus(simulator, fetch, ids[name], 'POST')).toBe(405);
			}
		},
	);

	test('of images knows videos on a host that has no other one for them', async () => {
		const { simulator, ids } = await withJobs({ videoFetch: 'image' });
		const [image, edit, video] = names.map((name) => families[name].fetch);
		expect(await fetchStatus(simulator, video, ids.video)).toBe(404);
		expect(await fetchStatus(simulator, image, ids.video)).toBe(200);
		expect(await fetchStatus(simulator, image, ids.edit)).toBe(400);
		expect(await fetchStatus(simulator, edit, ids.video)).toBe(400);
		simulator.finishJob(ids.video, 'SUCCESS');
		const { data } = await clientOf(simulator).get(image, { params: { jobId: ids.video } });
		expect(data.data.videos).toHaveLength(4);
	});
});

test.each(['action', 'seed', 'inpaint'])('%s knows neither edits nor videos', async (endpoint) => {
	const { simulator, ids } = await withJobs();
	for (const name of ['edit', 'video'] as const) {
		simulator.finishJob(ids[name], 'SUCCESS');
		const fields = { jobId: ids[name], action: 'upsample1', mask: 'AAAA' };
		const { status } = await clientOf(simulator).post(`/midjourney/v1/${endpoint}`, fields);
		expect(status).toBe(400);
	}
});

describe.each(['edit', 'video'] as const)('a job of the %s family', (name) => {
	const { endpoint, fetch, body, names: logged } = families[name];

	test('takes a slot and freezes its price', async () => {
		const simulator = await openSimulator({ jobMs: never, slots: 1, balance: 10 });
		const jobId = await submit(simulator, endpoint, body);
		expect(simulator.state().account).toEqual({ balance: 7, frozen: 3 });
		expect((await clientOf(simulator).post(endpoint, body)).status).toBe(499);
		simulator.finishJob(jobId, 'FAILED', 'Job Timeout');
		expect(simulator.state().account).toEqual({ balance: 10, frozen: 0 });
	});

	test('is in the requests under the names of its endpoints', async () => {
		const { simulator } = await withJobs();
		const { jobId } = simulator.state().jobs.find(({ family }) => family === name)!;
		await fetchStatus(simulator, fetch, jobId);
		const endpoints = simulator.state().requests.map((request) => request.endpoint);
		expect(endpoints).toEqual(expect.arrayContaining(logged));
		expect(simulator.state().jobs.find((job) => job.jobId === jobId)?.fetches).toBe(1);
	});

	test('goes wrong on demand', async () => {
		const simulator = await openSimulator();
		simulator.addFault({ kind: 'status', status: 429, endpoint: logged[0], count: 1 });
		simulator.addFault({ kind: 'html', endpoint: logged[1], prompt: body.prompt, count: 1 });
		simulator.addFault({ kind: 'fetchLags', endpoint: logged[0], fetches: 1 });
		expect((await clientOf(simulator).post(endpoint, body)).status).toBe(429);
		const { jobId } = await run(simulator, endpoint, body);
		const fetches = simulator.state().requests.filter((request) => request.endpoint === logged[1]);
		expect(fetches[0].status).toBe(502);
		const [job] = simulator.state().jobs;
		expect(job).toMatchObject({ jobId, status: 'SUCCESS' });
		expect(job.fetches).toBeGreaterThan(1);
	});

	test('sends its callback', async () => {
		const { hookUrl, bodies } = await openReceiver();
		const simulator = await openSimulator();
		const end = await run(simulator, endpoint, { ...body, hookUrl });
		expect(await eventually(() => bodies[0])).toEqual(end);
	});

	test('is on the page', async () => {
		const { simulator, ids } = await withJobs();
		simulator.finishJob(ids[name], 'SUCCESS');
		const { data } = await axios.get(simulator.url, { proxy: false });
		expect(data).toContain(body.prompt);
		const [, address] = data.match(new RegExp(`src="(/_simulator/[^"]*${ids[name]}[^"]*)"`));
		const { headers } = await axios.get(`${simulator.url}${address}`, { proxy: false });
		expect(headers['content-type']).toBe(name === 'video' ? 'video/mp4' : 'image/png');
	});
});

describe('the history', () => {
	test('holds the jobs of every family', async () => {
		const { simulator, ids } = await withJobs();
		for (const name of names) simulator.finishJob(ids[name], 'SUCCESS');
		const retexture = { ...families.edit.body, type: 'retexture' };
		const retextured = await submit(simulator, families.edit.endpoint, retexture);
		const extend = { jobId: ids.video, index: 0 };
		const extended = await submit(simulator, '/midjourney/video/extend', extend);
		for (const id of [retextured, extended]) simulator.finishJob(id, 'SUCCESS');

		const path = '/midjourney/v1/fetch-list';
		const { data } = await clientOf(simulator).get(path, { params: { order: 'asc' } });
		expect(data.data).toMatchObject([
			{ job_id: ids.image, action: 'imagine', cdn_image: expect.any(String) },
			{ job_id: ids.edit, action: 'edit', cdn_image: null, discord_image: null },
			{ job_id: ids.video, action: 'video', cdn_image: null, discord_image: null },
			{ job_id: retextured, action: 'retexture' },
			{ job_id: extended, action: 'video_extend' },
		]);
	});
});
