/**
 * Pins of n8n's behaviour in this file (docs/n8n.md, A pause whose time is up): when the date of a pause passes, n8n does
 * not run the node again but hands on its input items, in the form that they were given before the pause; n8n looks at the
 * dates once a minute, so one test holds many executions.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { itemsOf, type Execution } from '../../scripts/n8n/client.mjs';
import type { JobRecord } from '../../simulator/startSimulator.mts';
import { type Step } from '../workflow.mts';
import { eventually } from './support/eventually.mts';
import { IN_OUR_HANDS, jsonOf, pausing, prompts, startPausing } from './support/pausing.mts';

/** Seconds: all cases are paused, and what happens meanwhile has happened, well before. */
const MAX_WAIT = 40;
const pauses = await startPausing({ jobMs: 1_000, slots: 100 });

/** The first job of each execution has ended before the pause, the other two end after it or never. */
const itemsOfCase = (name: string) => prompts(`${name}: done`, `${name}: two`, `${name}: three`);
const UNFINISHED = /^(SUBMITTED|PENDING_QUEUE|ON_QUEUE)$/;

interface Case {
	name: string;
	/** `onTimeout` of our node; its default when not given. */
	onTimeout?: 'error' | 'continue';
	onError?: Step['onError'];
	/** Whether a callback has told the end of job two: it comes out whole. */
	told?: boolean;
	/** What happens while the execution is paused. */
	meanwhile?: (id: string) => Promise<void>;
	/** What leaves the node: done, two, three; on its error output where that is another one. */
	leaves: 'jobs' | 'errors';
}

const finishSilently = async (id: string) => {
	pauses.finish(...pauses.jobs(id).filter(({ status }) => status !== 'SUCCESS'));
};

const CASES: Case[] = [
	{ name: 'default, stop', leaves: 'jobs' },
	{ name: 'error, stop', onTimeout: 'error', leaves: 'jobs' },
	{ name: 'continue, stop', onTimeout: 'continue', leaves: 'jobs' },
	{
		name: 'continue, continue',
		onTimeout: 'continue',
		onError: 'continueRegularOutput',
		leaves: 'jobs',
	},
	{
		name: 'continue, error output',
		onTimeout: 'continue',
		onError: 'continueErrorOutput',
		leaves: 'jobs',
	},
	{ name: 'error, continue', onError: 'continueRegularOutput', leaves: 'errors' },
	{ name: 'error, error output', onError: 'continueErrorOutput', leaves: 'errors' },
	{
		name: 'TTAPI away',
		meanwhile: async (id) => {
			await finishSilently(id);
			pauses.addFaults({ kind: 'status', status: 500, endpoint: 'fetch', prompt: 'TTAPI away' });
			// In the order in which TTAPI took them, which need not be that of the items.
			const [two, three] = pauses.jobs(id).filter(({ prompt }) => !prompt.endsWith(': done'));
			const tries = [two, three, two].map(async (job) => await pauses.callBack(job));
			for (const { status } of await Promise.all(tries)) expect(status).toBe(200);
		},
		leaves: 'jobs',
	},
	{
		name: 'one of two told, the other runs on',
		told: true,
		meanwhile: async (id) => {
			const told = pauses.jobs(id).find(({ prompt }) => prompt.endsWith(': two'))!;
			pauses.finish(told);
			expect((await pauses.callBack(told)).status).toBe(200);
		},
		leaves: 'jobs',
	},
];

async function startCase({ name, onTimeout, onError }: Case): Promise<string> {
	const options = { maxWait: MAX_WAIT, ...(onTimeout ? { onTimeout } : {}) };
	const node = pausing('TTAPI', { download: 'grid', options }, { onError });
	return await pauses.startPaused(itemsOfCase(name), node);
}

/** What became of each case, by its name. */
const left = new Map<string, { execution: Execution; jobs: JobRecord[]; runs: number }>();

beforeAll(async () => {
	pauses.addFaults(
		{ kind: 'callbackLost' },
		{ kind: 'callbackEarly', prompt: ': done' },
		{ kind: 'jobNeverEnds', prompt: ': two' },
		{ kind: 'jobNeverEnds', prompt: ': three' },
	);
	const started = await Promise.all(CASES.map(startCase));
	await Promise.all(CASES.map(async ({ meanwhile }, at) => await meanwhile?.(started[at])));
	for (const id of started) expect(await pauses.status(id)).toBe('waiting');

	const executions = await Promise.all(started.map(async (id) => await pauses.ended(id, 240)));
	// Whatever came a second time would have come by now.
	await new Promise((resolve) => setTimeout(resolve, 2_000));
	for (const [at, { name }] of CASES.entries()) {
		const id = started[at];
		left.set(name, {
			execution: executions[at],
			jobs: itemsOfCase(name).map(({ prompt }) => pauses.job(prompt)),
			runs: pauses.counter.runs(id),
		});
	}
}, 400_000);

describe('a wait that runs out hands on what is known of each job, never the bare input', () => {
	test.each(CASES)('$name', ({ name, leaves, onError, told }) => {
		const { execution, jobs, runs } = left.get(name)!;
		const at = (output: number) => jsonOf(execution, 'TTAPI', { output });

		const whole = ({ jobId, prompt }: JobRecord) =>
			expect.objectContaining({
				...{ jobId, prompt, status: 'SUCCESS' },
				cdnImage: expect.stringContaining(jobId),
			});
		const ended = jobs.slice(0, told ? 2 : 1);
		const rest = jobs.slice(ended.length).map(({ jobId, prompt }) => {
			const known = { jobId, status: expect.stringMatching(UNFINISHED) };
			if (leaves === 'jobs') return expect.objectContaining({ ...known, prompt, timedOut: true });
			const message = expect.stringContaining(jobId);
			const description = expect.stringMatching(/./);
			return expect.objectContaining({ error: { ...known, message, description } });
		});
		const isApart = leaves === 'errors' && onError === 'continueErrorOutput';
		expect(at(0)).toEqual([...ended.map(whole), ...(isApart ? [] : rest)]);
		expect(at(1)).toEqual(isApart ? rest : []);
		expect([execution.status, runs]).toEqual(['success', 1]);

		const [first] = itemsOf(execution, 'TTAPI');
		expect(first.json).not.toHaveProperty('timedOut');
		expect(Object.keys(first.binary)).toEqual(['data']);
		for (const json of [...at(0), ...at(1)]) expect(json).not.toHaveProperty('hookUrl');
		// The items of the node before are as they were.
		expect(jsonOf(execution, 'Start')).toEqual(itemsOfCase(name));
		if (!isApart) {
			expect(jsonOf(execution, 'Behind').map(({ startedWith }) => startedWith)).toEqual(
				itemsOfCase(name).map(({ prompt }) => prompt),
			);
		}
	});
});

test('a callback after the wait has run out changes nothing', async () => {
	pauses.addFaults(...IN_OUR_HANDS);
	const id = await pauses.startPaused(
		prompts('too late'),
		pausing('TTAPI', { options: { maxWait: 3 } }),
	);
	const execution = await pauses.ended(id, 200);
	pauses.finish(...pauses.jobs());
	expect((await pauses.callBack(pauses.job('too late'))).status).toBe(409);
	await eventually(async () => pauses.counter.runs(id) === 1);
	expect(jsonOf(execution, 'TTAPI')).toEqual([expect.objectContaining({ timedOut: true })]);
}, 240_000);
