import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import axios from 'axios';
import { answers, callbackOf, listen, submitJob, type Listener } from './support/trigger.mts';
import { startWorld } from './support/world.mts';

const world = await startWorld();
const { client, simulator } = world;
beforeEach(() => simulator.reset());

const GRID = 'afa774a3-1aee-5aba-4510-14818d6875e4';
/** As the node says it. n8n's own refusals look different. */
const says = (status: number) => ({ status, data: { message: expect.any(String) } });
const requests = () => simulator.state().requests.length;

describe('a callback token', () => {
	const TOKEN = 'a+b &/=?ü 中';
	const right = `?token=${encodeURIComponent(TOKEN)}`;
	const guarded = { options: { callbackToken: TOKEN } };

	test.each([
		['none at all', ''],
		['an empty one', '?token='],
		['a wrong one', '?token=wrong'],
		['one that only begins like it', `${right}x`],
		['a part of it', right.slice(0, 9)],
		['the right one under another name', right.replace('token', 'Token')],
		['a wrong one twice', '?token=wrong&token=wrong'],
		['the right one behind a wrong one', `?token=wrong&${right.slice(1)}`],
		['a wrong one behind the right one', `${right}&token=wrong`],
		['a list', right.replace('token', 'token[]')],
		['an object', right.replace('token', 'token[value]')],
		['a key of a prototype', '?token[__proto__]=x&token[constructor]=y'],
		['a very long one', `?token=${'x'.repeat(8_000)}`],
	])('keeps out a caller with %s, and nobody is asked', async (_, query) => {
		simulator.addFinishedJob({ jobId: GRID });
		const listener = await listen(world, guarded);
		expect(await listener.post(callbackOf(GRID), { query })).toMatchObject(says(401));
		await listener.runs(0);
		expect(requests()).toBe(0);
	});

	test('lets in a caller who has it, whatever else is in the address', async () => {
		simulator.addFinishedJob({ jobId: GRID });
		const listener = await listen(world, guarded);
		expect(await listener.post(callbackOf(GRID), { query: `${right}&run=7` })).toMatchObject(
			says(200),
		);
		await listener.runs(1);
	});

	test('is asked for before anything else is looked at', async () => {
		const listener = await listen(world, guarded);
		for (const body of ['', [], { status: 'ON_QUEUE' }, { filler: 'x'.repeat(2_000_000) }]) {
			expect(await listener.post(body)).toMatchObject(says(401));
		}
	});

	test('comes back in the address that TTAPI was given, and is nowhere in the output', async () => {
		const listener = await listen(world, { options: { callbackToken: 'geheim', simplify: false } });
		const hookUrl = `${listener.url}?token=geheim`;
		await submitJob(simulator, { prompt: 'a red fox', hookUrl });
		const [items] = await listener.runs(1);
		expect(items).toHaveLength(1);
		expect(JSON.stringify(items)).not.toContain('geheim');
	});
});

describe('what is no callback', () => {
	let listener: Listener;
	beforeAll(async () => {
		listener = await listen(world);
	});

	test.each<[string, unknown]>([
		['nothing', ''],
		['an empty object', {}],
		['a list', []],
		['a list of callbacks', [callbackOf(GRID)]],
		['null', 'null'],
		['a number', '7'],
		['true', 'true'],
		['a text in JSON', JSON.stringify('SUCCESS')],
		['a callback as a text in JSON', JSON.stringify(JSON.stringify(callbackOf(GRID)))],
		['no status', { jobId: GRID, data: {} }],
		['an empty status', callbackOf(GRID, '')],
		['a status that is no text', { ...callbackOf(GRID), status: ['SUCCESS'] }],
		['no job id', { status: 'SUCCESS', message: '', data: {} }],
		['an empty job id', callbackOf('')],
		['a job id that is an object', { status: 'SUCCESS', jobId: { a: GRID }, data: {} }],
		['a job id that is a list', { status: 'SUCCESS', jobId: [GRID], data: {} }],
		['a job id that is true', { status: 'SUCCESS', jobId: true, data: {} }],
		['a job id deeper down', { status: 'SUCCESS', data: { data: { jobId: GRID } } }],
		['a job id that leads elsewhere', callbackOf('../../midjourney/v1/info')],
		['a job id with a query', callbackOf(`${GRID}&jobId=x`)],
		['a job id with an anchor', callbackOf(`${GRID}#`)],
		['a job id in other letters', callbackOf('ａｆａ774a3-1aee-5aba-4510-14818d6875e4')],
		['a job id with a zero byte', callbackOf(`${GRID}\u0000`)],
		['a job id that breaks the line', callbackOf(`${GRID}\r\nX-Evil: 1`)],
		['a job id without an end', callbackOf('a'.repeat(100_000))],
	])('%s gets 400, and nobody is asked', async (_, body) => {
		expect(await listener.post(body)).toMatchObject(says(400));
		expect(requests()).toBe(0);
	});

	test('a state that nobody knows gets 200, starts nothing, and nobody is asked', async () => {
		expect(await listener.post(callbackOf(GRID, 'RUNNING'))).toMatchObject(says(200));
		expect(requests()).toBe(0);
	});

	test.each([
		['text/plain', JSON.stringify(callbackOf(GRID))],
		['application/xml', `<status>SUCCESS</status>`],
		['application/octet-stream', JSON.stringify(callbackOf(GRID))],
	])('a body of the type %s gets 400, and nobody is asked', async (type, body) => {
		const answer = await listener.post(body, { headers: { 'content-type': type } });
		expect(answer).toMatchObject(says(400));
		expect(requests()).toBe(0);
	});

	test('a body over one megabyte gets 413, whatever is in it, and nobody is asked', async () => {
		const filler = 'x'.repeat(2_000_000);
		for (const body of [callbackOf(GRID, 'SUCCESS', { filler }), { filler }, [filler]]) {
			expect(await listener.post(body)).toMatchObject(says(413));
		}
		// In fewer characters than bytes, and in more than a header says.
		expect(await listener.post({ filler: '中'.repeat(400_000) })).toMatchObject(says(413));
		expect(requests()).toBe(0);
	});

	test('a body just below one megabyte is read', async () => {
		simulator.addFinishedJob({ jobId: GRID });
		const big = await listen(world);
		const body = callbackOf(GRID, 'SUCCESS', { filler: 'x'.repeat(990_000) });
		expect(await big.post(body)).toMatchObject(says(200));
		await big.runs(1);
	});

	test("broken JSON gets n8n's own 422", async () => {
		expect((await listener.post('{"status": "SUCC')).status).toBe(422);
		expect(requests()).toBe(0);
	});

	test("other methods get n8n's own 404", async () => {
		for (const method of ['GET', 'PUT', 'DELETE']) {
			const { status } = await axios.request({
				method,
				url: listener.url,
				proxy: false,
				validateStatus: () => true,
			});
			expect([method, status]).toEqual([method, 404]);
		}
	});

	test('none of all this has started a run', async () => {
		await listener.runs(0);
	});
});

describe('the same callback again', () => {
	beforeEach(() => void simulator.addFinishedJob({ jobId: GRID }));
	const statusesOf = (found: Array<{ status: number }>) => found.map(({ status }) => status);

	test('one after another starts one run, and asks no more than once', async () => {
		const listener = await listen(world);
		const first = await listener.post(callbackOf(GRID));
		await listener.runs(1);
		const asked = requests();
		const more = [await listener.post(callbackOf(GRID)), await listener.post(callbackOf(GRID))];
		expect(statusesOf([first, ...more])).toEqual([200, 200, 200]);
		expect(requests()).toBe(asked);
		await listener.runs(1);
	});

	test('five times at the same moment starts one run', async () => {
		const listener = await listen(world);
		const found = await Promise.all(
			Array.from({ length: 5 }, () => listener.post(callbackOf(GRID))),
		);
		expect(statusesOf(found)).toEqual([200, 200, 200, 200, 200]);
		await listener.runs(1);
	});

	test('five times at the same moment to a slow TTAPI starts one run', async () => {
		const listener = await listen(world);
		simulator.addFault({ kind: 'slow', ms: 1_000, endpoint: 'fetch' });
		const found = await Promise.all(
			Array.from({ length: 5 }, () => listener.post(callbackOf(GRID))),
		);
		expect(statusesOf(found)).toEqual([200, 200, 200, 200, 200]);
		await listener.runs(1);
	});

	test('sent twice by TTAPI itself starts one run', async () => {
		simulator.addFault({ kind: 'callbackDuplicate', times: 3 });
		const listener = await listen(world);
		await submitJob(simulator, { prompt: 'a red fox', hookUrl: listener.url });
		await listener.runs(1);
	});

	test('without Verify starts one run', async () => {
		const listener = await listen(world, { verify: false });
		const found = await Promise.all(
			Array.from({ length: 5 }, () => listener.post(callbackOf(GRID))),
		);
		expect(statusesOf(found)).toEqual([200, 200, 200, 200, 200]);
		await listener.runs(1);
	});

	test('with another status starts a run of its own', async () => {
		const listener = await listen(world, { verify: false });
		for (const status of ['FAILED', 'SUCCESS', 'FAILED', 'SUCCESS']) {
			await listener.post(callbackOf(GRID, status));
		}
		const runs = await listener.runs(2);
		expect(runs.flat().map(({ json }) => json.status)).toEqual(['FAILED', 'SUCCESS']);
	});

	test('while TTAPI cannot be asked starts one run, when it can be', async () => {
		const listener = await listen(world);
		simulator.addFault({ kind: 'status', status: 500, endpoint: 'fetch' });
		expect((await listener.post(callbackOf(GRID))).status).toBe(200);
		expect((await listener.post(callbackOf(GRID))).status).toBe(200);
		simulator.clearFaults();
		await listener.runs(1);
	});

	test('under Deduplicate off starts a run each time', async () => {
		const listener = await listen(world, { options: { deduplicate: false } });
		for (const _ of [1, 2, 3]) await listener.post(callbackOf(GRID));
		await listener.runs(3);
	});

	test('to another workflow starts that one, too', async () => {
		const [one, other] = [await listen(world), await listen(world)];
		for (const listener of [one, other]) {
			await listener.post(callbackOf(GRID));
			await listener.runs(1);
		}
	});

	test('after the workflow was off and on again starts nothing', async () => {
		const listener = await listen(world);
		await listener.post(callbackOf(GRID));
		await listener.runs(1);

		const { id } = listener.workflow;
		const { versionId } = (await client.http.get(`/workflows/${id}`)).data.data;
		await client.deactivateWorkflow({ id, versionId });
		await answers(listener, false);
		const current = (await client.http.get(`/workflows/${id}`)).data.data;
		await client.activateWorkflow(current);
		await answers(listener);

		expect(await listener.post(callbackOf(GRID))).toMatchObject(says(200));
		await listener.runs(1);
	});
});
