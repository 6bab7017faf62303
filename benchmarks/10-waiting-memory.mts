import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { benchmark, inTurn, requireDone } from './support/benchmark.mts';
import type { Host } from './support/host.mts';
import { jsonOf, inLanes, Production, until } from './support/production.mts';
import { MB } from './support/pictures.mts';
import type { Stage } from './support/stage.mts';
import { noOp, ttapi, webhook, workflow } from './support/workflows.mts';
import type { Simulator } from '../simulator/startSimulator.mts';

export default benchmark({
	row: 10,
	work: '200 executions that wait for 200 jobs by callback: memory of n8n over idle',
	against: 'the same by poll',
	method:
		'200 calls start an active workflow (Webhook, a node of ours, NoOp) whose jobs do not end, each side in a fresh n8n. When all executions are paused (Callback), or all jobs are submitted (Poll Until Done), and readings four seconds apart agree, all garbage is collected, and what the n8n process takes from the system (VmRSS) is read: n8n 2 gives each running execution an expression engine of its own, which is not in its heap. Subtracted is the same reading from before, when 20 such executions had run to their end and nothing went on; where n8n took less than then, 1 MB is noted. Then the jobs end, and every execution has to succeed with its own job. Both sides are measured at the same moment.',
	measures: { held: { unit: 'MB', goal: { atMost: 0.1 } } },
	async run(stage, rounds) {
		const count = stage.isShort ? 40 : 200;
		return await inTurn(rounds, async () => {
			const sides = (['callback', 'poll'] as const).map(
				async (way) => await heldBy(stage, way, count),
			);
			await Promise.allSettled(sides);
			const [ours, theirs] = await Promise.all(sides);
			return { held: { ours, theirs } };
		});
	},
});

type Way = 'callback' | 'poll';

const WARM_UP = 20;
/** n8n gives memory back at its own time: it may take less than before. */
const LEAST = MB;
const BEHIND = 'Behind';
/** TTAPI reports jobs as they end: not all in one moment. Who polls is not told. */
const ENDING_AT_ONCE = { callback: 10, poll: Infinity };
const CALLS_AT_ONCE = 10;

interface World {
	host: Host;
	simulator: Simulator;
	production: Production;
	way: Way;
}

/** @returns what n8n holds for executions that wait, in MB */
async function heldBy(stage: Stage, way: Way, count: number): Promise<number> {
	const simulator = await stage.simulator({ slots: Infinity });
	const host = await stage.n8n();
	const address = randomUUID();
	const steps = [
		webhook('Called', address),
		ttapi('Wait', { prompt: '={{ $json.body.prompt }}', waitForResult: way }),
		noOp(BEHIND),
	];
	const credentials = await host.credentialsFor(simulator);
	const production = await Production.of(host, workflow('row 10', steps), address, credentials);
	const world = { host, simulator, production, way };

	// What n8n loads and compiles for the first executions is none of theirs.
	await startAll(world, WARM_UP);
	await endAll(world, WARM_UP);
	const idle = await settled(host);
	await startAll(world, count);
	const waiting = await settled(host);
	await requireWaiting(world, count);
	stage.report(
		`${way}: ${(idle / MB).toFixed(1)} MB idle, ${(waiting / MB).toFixed(1)} MB waiting`,
	);
	await endAll(world, WARM_UP + count);
	await host.n8n.stop();
	return Math.max(waiting - idle, LEAST) / MB;
}

/** Starts executions, until all of them wait for their jobs. */
async function startAll(world: World, count: number): Promise<void> {
	const { simulator, production, way } = world;
	simulator.reset();
	simulator.addFault({ kind: 'jobNeverEnds' });
	const prompts = Array.from({ length: count }, (_, at) => `a lighthouse, take ${at}`);
	await production.call(
		prompts.map((prompt) => ({ prompt })),
		CALLS_AT_ONCE,
	);
	if (way === 'callback') await production.untilCount('waiting', count);
	await until(`${count} jobs are submitted`, () => simulator.state().jobs.length === count);
}

async function requireWaiting({ simulator, production, way }: World, count: number): Promise<void> {
	const status = way === 'callback' ? 'waiting' : 'running';
	const waiting = await production.count(status);
	requireDone(waiting === count, `${waiting} executions of ${count} are ${status}`);
	const { jobs } = simulator.state();
	const unfinished = jobs.filter(({ endedAt }) => endedAt === null).length;
	requireDone(unfinished === count, `${unfinished} jobs of ${count} are unfinished`);
}

/** Ends all jobs. @param succeeded how many executions have to have succeeded then, with those of earlier */
async function endAll({ simulator, production, way }: World, succeeded: number): Promise<void> {
	const { jobs } = simulator.state();
	for (let at = 0; at < jobs.length; at += ENDING_AT_ONCE[way]) {
		const some = jobs.slice(at, at + ENDING_AT_ONCE[way]);
		for (const { jobId } of some) simulator.finishJob(jobId, 'SUCCESS');
		const seen = succeeded - jobs.length + at + some.length;
		await production.untilCount('success', seen);
	}
	const executions = (await production.executions()).slice(-jobs.length);
	const came: string[] = [];
	await inLanes(CALLS_AT_ONCE, executions, async ({ id }) => {
		const execution = await production.ended(id);
		const [{ body }] = jsonOf(execution, 'Called');
		const items = jsonOf(execution, BEHIND);
		requireDone(items.length === 1 && items[0].prompt === body.prompt, `of ${body.prompt}`);
		came.push(items[0].jobId);
	});
	const isEach = new Set(came).size === jobs.length;
	requireDone(isEach, `${new Set(came).size} jobs of ${jobs.length} came out`);
}

/** Readings in a row that are no further apart than this, in bytes, are one. */
const AGREEMENT = MB;
const AGREEING = 4;
const READINGS = 15;
/** n8n gives some memory back late. */
const BETWEEN_READINGS_MS = 4_000;

/** What n8n takes when nothing goes on any more, in bytes: several readings have to agree. */
async function settled(host: Host): Promise<number> {
	const readings: number[] = [];
	while (readings.length < READINGS) {
		readings.push(await host.startPeak());
		const last = readings.slice(-AGREEING);
		const apart = Math.max(...last) - Math.min(...last);
		if (last.length === AGREEING && apart <= AGREEMENT) return Math.min(...last);
		await delay(BETWEEN_READINGS_MS);
	}
	// Who polls always does something.
	return Math.min(...readings.slice(-AGREEING));
}
