import { describe, expect, test } from '@jest/globals';
import { clientOf, fetchJob, openSimulator, run, submit } from './support/simulator.mts';

const png = 'data:image/png;base64,iVBORw0KGgo=';
const refused = (message: unknown) => ({ status: 'FAILED', message, data: null });
const wrong = (field: string) => refused(expect.stringContaining(`'${field}' parameter error!`));
const empty = (field: string) => refused(`"${field}" cannot be empty.`);

async function post(path: string, body: object) {
	const simulator = await openSimulator();
	return await clientOf(simulator).post(`/midjourney/v1/${path}`, body);
}

describe('imagine', () => {
	test.each([
		{ prompt: 'a cat' },
		{ prompt: 'a cat', mode: 'relax', timeout: 600 },
		{ prompt: 'a cat', mode: 'turbo', timeout: 300 },
		{ prompt: 'a cat', mode: 'fast', timeout: 1200 },
		{ prompt: 'a cat', timeout: '300' },
		{ prompt: 'a cat', getUImages: true, translation: false, hookUrl: 'http://127.0.0.1:9/hook' },
		{ prompt: 'a cat', anything: 'else' },
	])('takes %j', async (body) => {
		expect((await post('imagine', body)).status).toBe(200);
	});

	test.each([{}, { prompt: '' }, { prompt: '   ' }, { prompt: null }])(
		'refuses %j: the prompt is missing',
		async (body) => {
			const { status, data } = await post('imagine', body);
			expect(status).toBe(400);
			expect(data).toEqual(empty('prompt'));
		},
	);

	test.each([
		['prompt', { prompt: 7 }],
		['mode', { mode: 'FAST' }],
		['mode', { mode: 'quick' }],
		['timeout', { timeout: 299 }],
		['timeout', { timeout: 1201 }],
		['timeout', { timeout: 300.5 }],
		['timeout', { timeout: 'long' }],
		['timeout', { mode: 'relax', timeout: 599 }],
		['getUImages', { getUImages: 'true' }],
		['translation', { translation: 1 }],
		['hookUrl', { hookUrl: 5 }],
		['hookUrl', { hookUrl: 'ftp://example.com' }],
	])('refuses a wrong %s: %j', async (field, body) => {
		const { status, data } = await post('imagine', { prompt: 'a cat', ...body });
		expect(status).toBe(400);
		expect(data).toEqual(wrong(field));
	});

	test('refuses banned words with 400', async () => {
		const { status, data } = await post('imagine', { prompt: 'a Sexy girl' });
		expect(status).toBe(400);
		expect(data).toEqual(refused('banned prompt words：sexy'));
	});

	test('runs in fast mode when no mode is named', async () => {
		const simulator = await openSimulator();
		await submit(simulator, 'imagine', { prompt: 'a cat' });
		expect(simulator.state().jobs[0].mode).toBe('fast');
	});
});

describe('blend', () => {
	test.each([2, 3, 4, 5])('takes %i pictures', async (count) => {
		const { status } = await post('blend', { imgBase64Array: Array(count).fill(png) });
		expect(status).toBe(200);
	});

	test.each([
		['PORTRAIT', 2 / 3],
		['SQUARE', 1],
		['LANDSCAPE', 3 / 2],
	])('makes a %s grid', async (dimensions, ratio) => {
		const simulator = await openSimulator();
		const { data } = await run(simulator, 'blend', { imgBase64Array: [png, png], dimensions });
		expect(data.width / data.height).toBeCloseTo(ratio, 1);
		expect(data.components).toContain('upsample1');
	});

	test('misses its pictures', async () => {
		const { status, data } = await post('blend', {});
		expect(status).toBe(400);
		expect(data).toEqual(empty('imgBase64Array'));
	});

	test.each([
		['imgBase64Array', { imgBase64Array: [png] }],
		['imgBase64Array', { imgBase64Array: Array(6).fill(png) }],
		['imgBase64Array', { imgBase64Array: png }],
		['imgBase64Array', { imgBase64Array: [png, 'iVBORw0KGgo='] }],
		['imgBase64Array', { imgBase64Array: [png, 'https://example.com/a.png'] }],
		['imgBase64Array', { imgBase64Array: [png, 7] }],
		['dimensions', { imgBase64Array: [png, png], dimensions: 'square' }],
		['mode', { imgBase64Array: [png, png], mode: 'slow' }],
		['timeout', { imgBase64Array: [png, png], mode: 'relax', timeout: 300 }],
	])('refuses a wrong %s', async (field, body) => {
		const { status, data } = await post('blend', body);
		expect(status).toBe(400);
		expect(data).toEqual(wrong(field));
	});
});

describe('describe', () => {
	test.each([{ base64: png }, { url: 'https://example.com/a.png' }])('takes %j', async (body) => {
		expect((await post('describe', body)).status).toBe(200);
	});

	test.each([{}, { base64: '', url: '' }])('refuses %j: one of both is wanted', async (body) => {
		const { status, data } = await post('describe', body);
		expect(status).toBe(400);
		expect(data).toEqual(refused(expect.stringContaining('cannot be empty.')));
	});

	test.each([
		['base64', { base64: 'iVBORw0KGgo=' }],
		['url', { url: 'somewhere' }],
		['timeout', { base64: png, timeout: 10 }],
	])('refuses a wrong %s', async (field, body) => {
		const { status, data } = await post('describe', body);
		expect(status).toBe(400);
		expect(data).toEqual(wrong(field));
	});

	test('looks at base64 and not at url when it gets both', async () => {
		const simulator = await openSimulator();
		const alone = await run(simulator, 'describe', { base64: png });
		const both = await run(simulator, 'describe', {
			base64: png,
			url: 'https://example.com/b.png',
		});
		const address = await run(simulator, 'describe', { url: 'https://example.com/b.png' });
		expect(both.data.prompt).toBe(alone.data.prompt);
		expect(address.data.prompt).not.toBe(alone.data.prompt);
	});

	test.each([
		['lines', /^[^1\n]/],
		['keycaps', /^1️⃣ /],
		['numbered', /^1\. /],
	] as const)('writes four prompts as %s', async (describe, start) => {
		const simulator = await openSimulator({ spelling: { describe } });
		const { data } = await run(simulator, 'describe', { base64: png });
		const prompts = data.prompt.split('\n').filter(Boolean);
		expect(prompts).toHaveLength(4);
		expect(prompts[0]).toMatch(start);
		expect(new Set(prompts).size).toBe(4);
		expect(data.components).toBeNull();
	});
});

describe('seed', () => {
	test('gives the seed in the result', async () => {
		const simulator = await openSimulator();
		const grid = await run(simulator, 'imagine', { prompt: 'a cat' });
		const seed = await run(simulator, 'seed', { jobId: grid.jobId });
		expect(grid.data.seed).toBeNull();
		expect(seed.jobId).not.toBe(grid.jobId);
		expect(seed.data.seed).toMatch(/^\d+$/);
	});

	test('says the same seed whenever it is asked', async () => {
		const simulator = await openSimulator();
		const grid = await run(simulator, 'imagine', { prompt: 'a cat' });
		const first = await run(simulator, 'seed', { jobId: grid.jobId });
		const second = await run(simulator, 'seed', { jobId: grid.jobId });
		expect(second.data.seed).toBe(first.data.seed);
	});
});

describe.each(['seed', 'action'])('%s', (endpoint) => {
	const body = { action: 'upsample1' };

	test('misses its job', async () => {
		const { status, data } = await post(endpoint, body);
		expect(status).toBe(400);
		expect(data).toEqual(empty('jobId'));
	});

	test('does not know the job of nobody', async () => {
		const { status, data } = await post(endpoint, { ...body, jobId: 'nobody' });
		expect(status).toBe(400);
		expect(data).toEqual(refused(expect.any(String)));
	});

	test('refuses a job that has not ended', async () => {
		const simulator = await openSimulator({ jobMs: 600_000 });
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
		const answer = await clientOf(simulator).post(`/midjourney/v1/${endpoint}`, { ...body, jobId });
		expect(answer.status).toBe(400);
		expect(answer.data).toEqual(refused('Associated task status error.'));
	});

	test('refuses a job that has failed', async () => {
		const simulator = await openSimulator();
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
		simulator.finishJob(jobId, 'FAILED', 'Job Timeout');
		const answer = await clientOf(simulator).post(`/midjourney/v1/${endpoint}`, { ...body, jobId });
		expect(answer.status).toBe(400);
	});
});

describe('promptCheck', () => {
	test('lets a harmless prompt pass', async () => {
		const { status, data } = await post('promptCheck', { prompt: 'a cat' });
		expect(status).toBe(200);
		expect(data).toEqual({
			status: 'SUCCESS',
			message: 'success',
			data: 'Prompt verification successful.',
		});
	});

	test('finds whole words only', async () => {
		expect((await post('promptCheck', { prompt: 'sexyish' })).data.status).toBe('SUCCESS');
	});

	test('misses its prompt', async () => {
		const { status, data } = await post('promptCheck', { prompt: '' });
		expect(status).toBe(400);
		expect(data).toEqual(empty('prompt'));
	});
});

describe('fetch', () => {
	test('misses its job', async () => {
		const simulator = await openSimulator();
		const got = await clientOf(simulator).get('/midjourney/v1/fetch');
		const posted = await clientOf(simulator).post('/midjourney/v1/fetch', {});
		for (const { status, data } of [got, posted]) {
			expect(status).toBe(400);
			expect(data).toEqual(empty('jobId'));
		}
	});

	test('does not know the job of nobody', async () => {
		const simulator = await openSimulator();
		const { status, data } = await clientOf(simulator).get('/midjourney/v1/fetch?jobId=nobody');
		expect(status).toBe(400);
		expect(data).toEqual(refused(expect.any(String)));
	});

	test('says the same by GET and by POST', async () => {
		const simulator = await openSimulator();
		const { jobId } = await run(simulator, 'imagine', { prompt: 'a cat' });
		const posted = await clientOf(simulator).post('/midjourney/v1/fetch', { jobId });
		expect(posted.data).toEqual(await fetchJob(simulator, jobId));
	});
});
