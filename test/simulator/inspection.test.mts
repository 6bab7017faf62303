import { describe, expect, test } from '@jest/globals';
import axios from 'axios';
import { createServer } from 'node:net';
import { startSimulator } from '../../simulator/startSimulator.mts';
import { clientOf, endOf, fetchJob, openSimulator, run, submit } from './support/simulator.mts';

describe('the state', () => {
	test('holds every request with its body, pictures shortened', async () => {
		const simulator = await openSimulator();
		const picture = `data:image/png;base64,${'A'.repeat(10_000)}`;
		await submit(simulator, 'blend', { imgBase64Array: [picture, picture] });
		const { requests } = simulator.state();
		expect(requests).toMatchObject([
			{
				method: 'POST',
				path: '/midjourney/v1/blend',
				endpoint: 'blend',
				at: expect.any(Number),
				headers: { 'tt-api-key': simulator.apiKey },
				status: 200,
			},
		]);
		const body = requests[0].body as { imgBase64Array: string[] };
		expect(body.imgBase64Array[0]).toMatch(
			/^data:image\/png;base64,A+… \(10022 characters, SHA-256 [0-9a-f]{64}\)$/,
		);
	});

	test('holds long prompts unshortened', async () => {
		const simulator = await openSimulator();
		const prompt = 'a very long prompt '.repeat(100).trim();
		await submit(simulator, 'imagine', { prompt });
		expect(simulator.state().requests[0].body).toEqual({ prompt });
	});

	test('holds requests for pictures', async () => {
		const simulator = await openSimulator();
		const { data } = await run(simulator, 'imagine', { prompt: 'a cat' });
		await axios.get(data.cdnImage, { proxy: false });
		const last = simulator.state().requests.at(-1);
		expect(last).toMatchObject({ method: 'GET', endpoint: 'picture', status: 200 });
		expect(last?.headers).not.toHaveProperty('tt-api-key');
	});

	test('holds every job with its times and how often it was fetched', async () => {
		const simulator = await openSimulator({ jobMs: 600_000 });
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
		await fetchJob(simulator, jobId);
		await fetchJob(simulator, jobId);
		expect(simulator.state().jobs).toMatchObject([
			{
				jobId,
				endpoint: 'imagine',
				action: 'imagine',
				prompt: 'a cat',
				status: 'PENDING_QUEUE',
				submittedAt: expect.any(Number),
				endedAt: null,
				fetches: 2,
			},
		]);
		simulator.finishJob(jobId, 'SUCCESS');
		expect(simulator.state().jobs[0]).toMatchObject({
			status: 'SUCCESS',
			endedAt: expect.any(Number),
		});
	});

	test('holds the largest number of unfinished jobs', async () => {
		const simulator = await openSimulator({ jobMs: 600_000 });
		const first = await submit(simulator, 'imagine', { prompt: 'a' });
		await submit(simulator, 'imagine', { prompt: 'b' });
		simulator.finishJob(first, 'SUCCESS');
		await submit(simulator, 'imagine', { prompt: 'c' });
		expect(simulator.state().mostUnfinished).toBe(2);
	});

	test('is served over HTTP, without recording that it was looked at', async () => {
		const simulator = await openSimulator({ jobMs: 600_000 });
		simulator.addFault({ kind: 'status', status: 503, nth: 9 });
		await submit(simulator, 'imagine', { prompt: 'a cat' });
		const { data } = await clientOf(simulator).get('/_simulator/state');
		expect(data).toEqual(JSON.parse(JSON.stringify(simulator.state())));
		expect(data.requests).toHaveLength(1);
		expect(data.faults).toMatchObject([{ kind: 'status', seen: 1, fired: 0 }]);
	});

	test('is empty after a reset', async () => {
		const simulator = await openSimulator({ balance: 10, jobMs: 600_000 });
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
		simulator.addFault({ kind: 'status', status: 503 });
		simulator.reset();
		expect(simulator.state()).toMatchObject({
			account: { balance: 10, frozen: 0 },
			requests: [],
			jobs: [],
			callbacks: [],
			faults: [],
			mostUnfinished: 0,
		});
		const { data } = await clientOf(simulator).get(`/midjourney/v1/fetch?jobId=${jobId}`);
		expect(data.message).toContain('does not exist');
	});

	test('lets a job be ended over HTTP', async () => {
		const simulator = await openSimulator({ jobMs: 600_000 });
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
		const client = clientOf(simulator);
		const body = { status: 'FAILED', message: 'Job Timeout' };
		expect((await client.post(`/_simulator/jobs/${jobId}/finish`, body)).status).toBe(200);
		expect(await endOf(simulator, jobId)).toMatchObject(body);
		expect((await client.post('/_simulator/jobs/nobody/finish', body)).status).toBe(404);
		expect((await client.post(`/_simulator/jobs/${jobId}/finish`, {})).status).toBe(400);
	});

	test('can be reset over HTTP', async () => {
		const simulator = await openSimulator();
		await submit(simulator, 'imagine', { prompt: 'a cat' });
		expect((await clientOf(simulator).post('/_simulator/reset')).status).toBe(200);
		expect(simulator.state().jobs).toEqual([]);
	});
});

describe('the page', () => {
	test('shows the jobs with their pictures and escapes what they say', async () => {
		const simulator = await openSimulator();
		const prompt = '<script>alert("x")</script> & a cat';
		const { jobId } = await run(simulator, 'imagine', { prompt });
		const { data, headers } = await axios.get(simulator.url, { proxy: false });
		expect(headers['content-type']).toContain('text/html');
		expect(data).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; a cat');
		expect(data).not.toContain('<script>alert');
		expect(data).toContain(jobId);
		expect(data).toContain('SUCCESS');
		const [picture] = data.match(/\/_simulator\/pictures\/[^"]+\.png/);
		const { headers: image } = await axios.get(`${simulator.url}${picture}`, { proxy: false });
		expect(image['content-type']).toBe('image/png');
	});

	test('leaves no trace in the requests', async () => {
		const simulator = await openSimulator();
		await axios.get(simulator.url, { proxy: false });
		expect(simulator.state().requests).toEqual([]);
	});
});

describe('the server', () => {
	test('listens on this machine only', async () => {
		const simulator = await openSimulator();
		expect(simulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
	});

	test('says in one sentence that its port is taken', async () => {
		const other = createServer();
		await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
		const { port } = other.address() as { port: number };
		await expect(startSimulator({ port })).rejects.toThrow(
			new RegExp(`^Port ${port} is taken[^\\n]*\\.$`),
		);
		await new Promise((resolve) => other.close(resolve));
	});

	test('closes with jobs unfinished and callbacks unsent', async () => {
		const simulator = await openSimulator({ callbackRetryMs: 600_000 });
		const hookUrl = 'http://127.0.0.1:9/nobody';
		await endOf(simulator, await submit(simulator, 'imagine', { prompt: 'a', hookUrl }));
		simulator.addFault({ kind: 'jobNeverEnds' });
		await submit(simulator, 'imagine', { prompt: 'b', hookUrl });
		await simulator.close();
		await expect(axios.get(simulator.url, { proxy: false })).rejects.toMatchObject({
			code: expect.stringMatching(/^ECONN/),
		});
	});
});
