import { describe, expect, test } from '@jest/globals';
import type { Simulator, SimulatorOptions } from '../../simulator/startSimulator.mts';
import { clientOf, openSimulator, run, submit } from './support/simulator.mts';

const never = 600_000;
const submitPath = '/midjourney/video/submit';
const extendPath = '/midjourney/video/extend';
const body = { prompt: 'the cat blinks', imageUrl: 'https://example.com/cat.png' };

async function expectRefusal(simulator: Simulator, path: string, fields: object, message: string) {
	const before = simulator.state().jobs.length;
	const answer = await clientOf(simulator).post(path, fields);
	expect(answer.status).toBe(400);
	expect(answer.data).toEqual({
		status: 'FAILED',
		message: expect.stringContaining(message),
		data: null,
	});
	expect(simulator.state().jobs).toHaveLength(before);
}

describe('a video', () => {
	test('answers with a receipt as the dialect has it', async () => {
		const receipts = [];
		for (const dialect of ['seed', 'new'] as const) {
			const simulator = await openSimulator({ dialect });
			receipts.push((await clientOf(simulator).post(submitPath, body)).data.data);
		}
		expect(receipts).toEqual([{ jobId: expect.any(String) }, { job_id: expect.any(String) }]);
	});

	test.each([
		{},
		{ endingUrl: 'http://example.com/dog.png' },
		{ manual: 'low', resolution: 'sd', bs: 1 },
		{ manual: 'high', resolution: 'hd', bs: 2 },
		{ model: 'fast' },
		{ mode: 'fast' },
	])('takes %j', async (fields) => {
		const simulator = await openSimulator();
		const { data } = await clientOf(simulator).post(submitPath, { ...body, ...fields });
		expect(data.status).toBe('SUCCESS');
		expect(simulator.state().jobs).toMatchObject([
			{ endpoint: 'videoSubmit', family: 'video', action: 'video', mode: 'fast' },
		]);
	});

	test.each(['prompt', 'imageUrl'])('wants its %s', async (field) => {
		const fields = { ...body, [field]: undefined };
		await expectRefusal(await openSimulator(), submitPath, fields, `"${field}" cannot be empty.`);
	});

	test.each([
		['imageUrl', 'data:image/png;base64,AAAA'],
		['imageUrl', 'ftp://example.com/cat.png'],
		['endingUrl', 'cat.png'],
		['manual', 'auto'],
		['resolution', '4k'],
		['bs', 3],
		['bs', 0],
		['model', 'relax'],
		['mode', 'turbo'],
		['hookUrl', 'nowhere'],
	])('refuses %s: %j', async (field, value) => {
		const message = `'${field}' parameter error!`;
		await expectRefusal(await openSimulator(), submitPath, { ...body, [field]: value }, message);
	});

	test('refuses a banned word', async () => {
		const fields = { ...body, prompt: 'a sexy cat' };
		await expectRefusal(await openSimulator(), submitPath, fields, 'banned prompt words：sexy');
	});

	test.each([
		[{}, 4],
		[{ bs: 1 }, 1],
		[{ bs: 2 }, 2],
		[{ bs: '2' }, 2],
	])('with %j gives %i', async (fields, count) => {
		const simulator = await openSimulator();
		const { data } = await run(simulator, submitPath, { ...body, ...fields });
		expect(data.videos).toHaveLength(count);
	});
});

describe('the extension of a video', () => {
	async function withVideo(options: SimulatorOptions = {}) {
		const simulator = await openSimulator(options);
		const { jobId } = await run(simulator, submitPath, { ...body, bs: 2, resolution: 'hd' });
		return { simulator, jobId };
	}

	test.each([
		{ index: 0 },
		{ index: 1, manual: 'high', animateMode: 'manual', bs: 1 },
		{ index: '1', animateMode: 'auto' },
	])('takes %j', async (fields) => {
		const { simulator, jobId } = await withVideo();
		const end = await run(simulator, extendPath, { jobId, ...fields });
		expect(end.status).toBe('SUCCESS');
		expect(end.jobId).not.toBe(jobId);
		expect(end.data).toMatchObject({ action: 'video_extend', prompt: body.prompt });
	});

	test('is 5 seconds longer, and can be extended itself', async () => {
		const { simulator, jobId } = await withVideo();
		const longer = await run(simulator, extendPath, { jobId, index: 1 });
		const { data } = await run(simulator, extendPath, { jobId: longer.jobId, index: 3 });
		expect([longer.data.duration, data.duration]).toEqual([10, 15]);
		expect(data).toMatchObject({ resolution: 'hd' });
	});

	test.each(['jobId', 'index'])('wants its %s', async (field) => {
		const { simulator, jobId } = await withVideo();
		const fields = { jobId, index: 0, [field]: undefined };
		await expectRefusal(simulator, extendPath, fields, `"${field}" cannot be empty.`);
	});

	test.each([
		['index', 2],
		['index', -1],
		['index', 'first'],
		['manual', 'mid'],
		['animateMode', 'low'],
		['bs', 5],
	])('refuses %s: %j', async (field, value) => {
		const { simulator, jobId } = await withVideo();
		const fields = { jobId, index: 0, [field]: value };
		await expectRefusal(simulator, extendPath, fields, `'${field}' parameter error!`);
	});

	test('wants a job that has succeeded', async () => {
		const simulator = await openSimulator({ jobMs: never });
		const jobId = await submit(simulator, submitPath, body);
		const fields = { jobId, index: 0 };
		await expectRefusal(simulator, extendPath, fields, 'Associated task status error.');
		simulator.finishJob(jobId, 'FAILED', 'Job Timeout');
		await expectRefusal(simulator, extendPath, fields, 'Associated task status error.');
	});

	test('knows no job that is no video', async () => {
		const simulator = await openSimulator();
		const { jobId } = await run(simulator, 'imagine', { prompt: 'a cat' });
		const { status } = await clientOf(simulator).post(extendPath, { jobId, index: 0 });
		expect(status).toBe(400);
	});
});
