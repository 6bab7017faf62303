/** Pins of n8n's behaviour in this file (docs/n8n.md, The execution timeout). */
import { beforeAll, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { Execution } from '../../scripts/n8n/client.mjs';
import type { Step } from '../workflow.mts';
import {
	IN_OUR_HANDS,
	jsonOf,
	pairing,
	pausing,
	prompts,
	row,
	startPausing,
	type Json,
} from './support/pausing.mts';

/** n8n's own timeout, in seconds. */
const TIMEOUT = 12;

const pauses = await startPausing();

interface Ended {
	execution: Execution;
	/** How often what is behind the node ran. */
	runs: number;
}
let polled: Ended & { jobIds: string[] };
let calledBack: Ended;
let goneOn: Ended;

/** Starts a workflow that n8n may stop. */
async function start(items: Json[], step: Step): Promise<string> {
	const workflow = row(items, [step, pairing(), pauses.counter.step]);
	const settings = { executionTimeout: TIMEOUT };
	return await pauses.start(await pauses.store({ ...workflow, settings }));
}

async function ended(id: string): Promise<Ended> {
	return { execution: await pauses.ended(id, 240), runs: pauses.counter.runs(id) };
}

beforeAll(async () => {
	pauses.addFaults(...IN_OUR_HANDS);
	const polls = await start(
		prompts('polled', 'polled'),
		pausing('TTAPI', { waitForResult: 'poll' }),
	);
	const called = await start(prompts('called back'), pausing('TTAPI'));
	const alone = await start(prompts('never ends'), pausing('TTAPI', { options: { maxWait: 5 } }));
	await Promise.all([pauses.paused(called), pauses.paused(alone)]);
	await delay(TIMEOUT * 1000 + 2_000);

	pauses.finish(pauses.job('called back'));
	await pauses.callBack(pauses.job('called back'));
	calledBack = await ended(called);
	const jobs = pauses.jobs().filter(({ prompt }) => prompt === 'polled');
	polled = { ...(await ended(polls)), jobIds: jobs.map(({ jobId }) => jobId) };
	goneOn = await ended(alone);
}, 300_000);

test("shortly before n8n's own execution timeout the node fails, with all job ids", () => {
	const { error } = polled.execution.data.resultData;
	expect(polled.execution.status).toBe('error');
	expect(error.message).toMatch(/did not end before n8n's own execution timeout/);
	expect(error.description).toContain('Timeout Workflow');
	expect(polled.jobIds).toHaveLength(2);
	for (const jobId of polled.jobIds) expect(error.description).toContain(jobId);
});

test("n8n's own execution timeout does not end a pause, and a callback after it resumes the execution", () => {
	expect(calledBack.execution.status).toBe('success');
	expect(jsonOf(calledBack.execution, 'TTAPI')).toMatchObject([{ status: 'SUCCESS' }]);
	expect(calledBack.runs).toBe(1);
});

test("a pause whose time is up after n8n's own execution timeout goes on by its own process, with the job id", () => {
	expect(goneOn.execution.status).toBe('success');
	expect(jsonOf(goneOn.execution, 'TTAPI')).toMatchObject([
		{ prompt: 'never ends', timedOut: true, jobId: expect.any(String) },
	]);
	expect(goneOn.runs).toBe(1);
});
