/**
 * Pins of n8n's behaviour (docs/n8n.md) in this file: `webhook()` may answer while the execution keeps waiting, n8n itself
 * refuses a callback before the pause and after the end. TTAPI's fetch may lag behind the callback.
 */
import { describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../../simulator/startSimulator.mts';
import { eventually } from './support/eventually.mts';
import {
	IN_OUR_HANDS,
	paired,
	pairsOf,
	pausing,
	prompts,
	startPausing,
} from './support/pausing.mts';

const pauses = await startPausing({ jobMs: 500 });
/** What n8n answers before the first pause: it trips over data that it has not stored yet. After a pause it is 409. */
const WHILE_RUNNING = 500;
const THREE = prompts('a red fox', 'a blue whale', 'a green frog');

async function expectRightEnd(id: string, items = THREE) {
	const execution = await pauses.ended(id);
	expect(execution.status).toBe('success');
	expect(pairsOf(execution)).toEqual(paired(items));
	expect(pauses.counter.runs(id)).toBe(1);
	return execution;
}

const firstAnswer = async (prompt: string) =>
	await eventually(async () => pauses.answersTo(pauses.job(prompt))[0] ?? false);

describe('a callback that comes', () => {
	test('before the submit is answered is refused by n8n: the process that paused finds the end of the job', async () => {
		pauses.addFaults(
			{ kind: 'callbackEarly', prompt: 'red fox' },
			{ kind: 'jobNeverEnds', prompt: 'blue whale' },
		);
		const items = THREE.slice(0, 2);
		const id = await pauses.startPaused(items, pausing('TTAPI'));
		expect(await firstAnswer('a red fox')).toBe(WHILE_RUNNING);
		expect(await pauses.status(id)).toBe('waiting');

		pauses.finish(pauses.job('a blue whale'));
		await expectRightEnd(id, items);
	});

	test('early for all jobs leaves nothing to pause for', async () => {
		pauses.addFaults({ kind: 'callbackEarly' });
		const id = await pauses.start(await pauses.create(THREE, [pausing('TTAPI')]));
		await expectRightEnd(id);
		// No callback has reached the node: n8n refuses them while the execution runs, and after its end.
		for (const { status } of pauses.simulator.state().callbacks) {
			expect([WHILE_RUNNING, 409]).toContain(status);
		}
	});

	test('when all is over is refused by n8n', async () => {
		pauses.addFaults({ kind: 'jobNeverEnds' });
		const id = await pauses.startPaused(THREE, pausing('TTAPI'));
		pauses.finish(...pauses.jobs());
		await expectRightEnd(id);
		expect((await pauses.callBack(pauses.job('a red fox'))).status).toBe(409);
		expect(pauses.counter.runs(id)).toBe(1);
	});
});

describe('three jobs of one execution', () => {
	test('keep it waiting until the last one has ended', async () => {
		pauses.addFaults(...IN_OUR_HANDS);
		const id = await pauses.startPaused(THREE, pausing('TTAPI'));
		for (const prompt of ['a green frog', 'a red fox']) {
			pauses.finish(pauses.job(prompt));
			expect(await pauses.callBack(pauses.job(prompt))).toMatchObject({
				status: 200,
				body: { message: expect.any(String) },
			});
			expect(await pauses.status(id)).toBe('waiting');
		}
		pauses.finish(pauses.job('a blue whale'));
		expect((await pauses.callBack(pauses.job('a blue whale'))).status).toBe(200);
		await expectRightEnd(id);
	});

	test('end rightly when one callback is lost: that of another one finds the job ended', async () => {
		pauses.addFaults({ kind: 'jobNeverEnds' }, { kind: 'callbackLost', prompt: 'blue whale' });
		const id = await pauses.startPaused(THREE, pausing('TTAPI'));
		pauses.finish(pauses.job('a blue whale'), pauses.job('a red fox'));
		await firstAnswer('a red fox');
		expect(await pauses.status(id)).toBe('waiting');
		pauses.finish(pauses.job('a green frog'));
		await expectRightEnd(id);
		expect(pauses.answersTo(pauses.job('a blue whale'))).toEqual([null]);
	});

	test.each<[string, Fault[]]>([
		['one after the other, each three times', [{ kind: 'callbackDuplicate', times: 3 }]],
		['in another order than they ended', [{ kind: 'callbackReordered', nth: [1, 2], ms: 1_500 }]],
		['all at once', []],
		[
			'doubled, and the first of them last',
			[{ kind: 'callbackDuplicate' }, { kind: 'callbackReordered', nth: 1, ms: 1_500 }],
		],
	])('are told %s: the rest runs once', async (_, faults) => {
		pauses.addFaults({ kind: 'jobNeverEnds' }, ...faults);
		const id = await pauses.startPaused(THREE, pausing('TTAPI'));
		pauses.finish(...pauses.jobs());
		await expectRightEnd(id);
		// The callbacks that are left come to an execution that has ended.
		await eventually(async () => pauses.jobs().every((job) => pauses.answersTo(job).length > 0));
		expect(pauses.counter.runs(id)).toBe(1);
	});
});

describe('when TTAPI does not yet say that the job has ended', () => {
	test('the node asks again shortly after', async () => {
		pauses.addFaults({ kind: 'jobNeverEnds' }, { kind: 'fetchLags', fetches: 2 });
		const items = THREE.slice(0, 1);
		const id = await pauses.startPaused(items, pausing('TTAPI'));
		pauses.finish(...pauses.jobs());
		await expectRightEnd(id, items);
		expect(pauses.answersTo(pauses.job('a red fox'))).toEqual([200]);
	});

	test('for longer than that, the callback is answered, and the execution goes on soon after TTAPI says it', async () => {
		pauses.addFaults({ kind: 'jobNeverEnds' }, { kind: 'fetchLags', ms: 8_000 });
		const items = THREE.slice(0, 1);
		const id = await pauses.startPaused(items, pausing('TTAPI'));
		pauses.finish(...pauses.jobs());
		await expectRightEnd(id, items);
		expect(pauses.answersTo(pauses.job('a red fox'))).toEqual([200]);
	});
});

describe('when TTAPI cannot be asked for 8 s', () => {
	test.each<[string, Fault]>([
		['answers 500', { kind: 'status', status: 500, endpoint: 'fetch' }],
		['answers with a web page', { kind: 'html', status: 502, endpoint: 'fetch' }],
		['answers 429', { kind: 'status', status: 429, retryAfter: 1, endpoint: 'fetch' }],
		['answers 200 with a web page', { kind: 'html', status: 200, endpoint: 'fetch' }],
		['refuses the key', { kind: 'status', status: 401, endpoint: 'fetch' }],
		['breaks the connection off', { kind: 'reset', endpoint: 'fetch' }],
	])('and %s, the only callback is answered, and the run ends rightly', async (_, fault) => {
		pauses.addFaults({ kind: 'jobNeverEnds' });
		const id = await pauses.startPaused(THREE.slice(0, 1), pausing('TTAPI'));
		pauses.addFaults(fault);
		pauses.finish(...pauses.jobs());
		await delay(8_000);
		expect(pauses.answersTo(pauses.job('a red fox'))).toEqual([200]);
		expect(await pauses.status(id)).toBe('waiting');
		pauses.simulator.clearFaults();
		const again = Date.now();
		await expectRightEnd(id, THREE.slice(0, 1));
		expect(Date.now() - again).toBeLessThan(10_000);
	});
});
