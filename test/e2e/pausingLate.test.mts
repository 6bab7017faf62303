/**
 * Pin of n8n's behaviour in this file (docs/n8n.md, The timer of a paused execution): once a minute n8n sets a timer for
 * every execution whose pause ends within 70 seconds. A resume does not end that timer. When its time comes, both lines end
 * whatever pause the execution is in by then; 1.x also starts an execution that is running a second time. So a pause must be
 * resumed well before its date: the date lies 101 seconds behind Max Wait.
 */
import { beforeAll, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { Execution } from '../../scripts/n8n/client.mjs';
import { eventually } from './support/eventually.mts';
import { jsonOf, pausing, prompts, startPausing } from './support/pausing.mts';

/** In seconds from the start. */
const MAX_WAIT = 20;
const CALLBACK_AFTER = 18;
/** When n8n would have ended the pause by itself. */
const DATE = MAX_WAIT + 101;

const pauses = await startPausing({ jobMs: 120_000 });

let second: { status: string; runs: number; execution: Execution };
let running: { execution: Execution; runs: number; submitted: number };

beforeAll(async () => {
	pauses.addFaults(
		{ kind: 'callbackLost' },
		{ kind: 'jobNeverEnds', prompt: 'first' },
		{ kind: 'jobNeverEnds', prompt: 'second' },
	);
	const first = pausing('First', { options: { maxWait: MAX_WAIT } });
	const startedAt = Date.now();
	const after = async (seconds: number) =>
		await delay(Math.max(0, startedAt + seconds * 1000 - Date.now()));

	const inSecond = await pauses.startPaused(
		prompts('first, then a pause'),
		first,
		pausing('Second', { prompt: 'second', options: { maxWait: 900 } }),
	);
	const inLongRun = await pauses.startPaused(
		prompts('first, then a long run'),
		first,
		pausing('Second', { prompt: 'long run', waitForResult: 'poll' }),
	);
	await after(CALLBACK_AFTER);
	const ended = [pauses.job('first, then a pause'), pauses.job('first, then a long run')];
	pauses.finish(...ended);
	for (const job of ended) expect((await pauses.callBack(job)).status).toBe(200);
	await eventually(async () => pauses.jobs().length === 4);
	await pauses.paused(inSecond);

	await after(DATE + 10);
	const status = await pauses.status(inSecond);
	if (status === 'waiting') {
		pauses.finish(pauses.job('second'));
		await pauses.callBack(pauses.job('second'));
	}
	const execution = await pauses.ended(inSecond);
	second = { status, execution, runs: pauses.counter.runs(inSecond) };

	const longRun = await pauses.ended(inLongRun);
	// A second run would have begun to submit at the date, long ago.
	running = {
		execution: longRun,
		runs: pauses.counter.runs(inLongRun),
		submitted: pauses.jobs().filter(({ prompt }) => prompt === 'long run').length,
	};
}, 300_000);

test('a pause that is resumed shortly before its end does not end the next pause', () => {
	expect(second.status).toBe('waiting');
	expect(second.runs).toBe(1);
	const [json] = jsonOf(second.execution, 'Second');
	expect(json).toMatchObject({ status: 'SUCCESS' });
	expect(json).not.toHaveProperty('timedOut');
});

test('what runs behind a pause that was resumed shortly before its end runs once, and is paid once', () => {
	expect(running.execution.status).toBe('success');
	expect([running.runs, running.submitted]).toEqual([1, 1]);
});
