/**
 * Pin of n8n's behaviour in this file (docs/n8n.md, Simultaneous callbacks on n8n 1.x): n8n lets callbacks of the same
 * moment into `webhook()` side by side. 2.x lets one of them resume, 1.x each one, so that the node itself has to choose.
 */
import { expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from './support/eventually.mts';
import {
	executionOf,
	IN_OUR_HANDS,
	numbered,
	paired,
	pairsOf,
	pausing,
	startPausing,
} from './support/pausing.mts';

const ROUNDS = 200;
const SIDE_BY_SIDE = 8;
const JOBS = 3;
/** Each fetch takes at least so long: time enough for three handlers to meet. */
const FETCH_MS = 250;

const pauses = await startPausing({ slots: SIDE_BY_SIDE * JOBS, balance: 10_000 });
const { client } = pauses.world;

interface Round {
	id: string;
	overlapped: boolean;
	/** How often its jobs were polled for its callbacks. */
	looks: number;
	answers: number[];
}

/** Runs one execution until it is paused, ends its three jobs, and sends their three callbacks at once. */
async function play(workflow: any, number: number): Promise<Round> {
	const items = numbered(JOBS, `round ${number}:`);
	await pauses.call(workflow, items);
	const mine = () => pauses.jobs().filter(({ prompt }) => prompt.startsWith(`round ${number}: `));
	await eventually(async () => mine().length === JOBS, 60);
	const jobs = mine();
	const id = await pauses.paused(executionOf(jobs[0]));

	pauses.finish(...jobs);
	const calledAt = Date.now();
	const answers = await Promise.all(jobs.map(async (job) => await pauses.callBack(job)));
	const looks = jobs.flatMap(({ jobId }) => looksAt(jobId)).filter((at) => at >= calledAt);
	const overlapped = areAtOnce(looks);

	const execution = await pauses.ended(id);
	expect(execution.status).toBe('success');
	expect(pairsOf(execution)).toEqual(paired(items));
	return { id, overlapped, looks: looks.length, answers: answers.map(({ status }) => status) };
}

/** When a job was asked for, in milliseconds. */
const looksAt = (jobId: string): number[] =>
	pauses.simulator
		.state()
		.requests.filter(({ endpoint, query }) => endpoint === 'fetch' && query.jobId === jobId)
		.map(({ at }) => at);

/**
 * Whether two of the questions for three jobs were open at the same time: one came before the one before it can have been
 * answered. A handler asks for the called job, then for the youngest, then for the third, each when it has the answer
 * before, so these are two handlers inside `webhook()`.
 */
function areAtOnce(times: number[]): boolean {
	const sorted = [...times].sort((a, b) => a - b);
	return sorted.some((time, at) => at > 0 && time - sorted[at - 1] < FETCH_MS);
}

test(`${ROUNDS} times three callbacks at the same moment: the rest runs exactly once each`, async () => {
	pauses.addFaults(...IN_OUR_HANDS, { kind: 'slow', ms: FETCH_MS, endpoint: 'fetch' });
	const workflow = await pauses.create([], [pausing('TTAPI')], { active: true });
	const rounds: Round[] = [];
	let next = 0;
	await Promise.all(
		Array.from({ length: SIDE_BY_SIDE }, async () => {
			while (next < ROUNDS) {
				next += 1;
				rounds.push(await play(workflow, next));
			}
		}),
	);
	// A second run behind the node would have come by now.
	await delay(2_000);

	const counts = rounds.map(({ id }) => pauses.counter.runs(id));
	const answers: Record<string, number> = {};
	for (const status of rounds.flatMap((round) => round.answers)) {
		answers[status] = (answers[status] ?? 0) + 1;
	}
	// Handlers share their polls: alone, they would be nine a round. A busy machine may start one just before a job is called.
	const looks = rounds.reduce((sum, round) => sum + round.looks, 0);
	expect(looks / ROUNDS).toBeLessThanOrEqual(2 * JOBS);
	const overlaps = rounds.filter(({ overlapped }) => overlapped).length;
	console.log(
		`n8n ${pauses.world.n8n.version}: ${rounds.length} rounds, handlers side by side in ${overlaps}, ` +
			`runs behind the node ${Math.min(...counts)} to ${Math.max(...counts)}, answers ${JSON.stringify(answers)}`,
	);
	expect(new Set(rounds.map(({ id }) => id)).size).toBe(ROUNDS);
	expect(counts).toEqual(Array(ROUNDS).fill(1));
	expect(overlaps).toBeGreaterThanOrEqual(ROUNDS * 0.75);
	expect(pauses.jobs()).toHaveLength(ROUNDS * JOBS);
	// Nobody is told to come again, and n8n's own refusal comes only to those who were not inside any more.
	for (const status of Object.keys(answers)) expect(['200', '409']).toContain(status);
	const failed = await client.listExecutions({ workflowId: workflow.id, status: ['error'] });
	expect(failed).toEqual([]);
}, 900_000);
