/** Many executions on one account at the same moment, as a busy user has them. */
import { randomUUID } from 'node:crypto';
import { requireDone, type Measure, type Sample } from './benchmark.mts';
import type { Host } from './host.mts';
import { idealSeconds, type Load } from './loads.mts';
import { BEHIND, OURS } from './makespan.mts';
import { UNLESS_OLDER } from './olderPackage.mts';
import { jsonOf, Production } from './production.mts';
import type { Stage } from './stage.mts';
import { noOp, prompts, ttapi, webhook, workflow, type Json, type Step } from './workflows.mts';
import type { Simulator } from '../../simulator/startSimulator.mts';

export interface Crowd {
	/** How many; they share the prompts of the load evenly. */
	executions: number;
	load: Load;
	/** Of our node. */
	parameters?: Json;
	/** Whether `/v1/info` is not there: then only refusals tell how many slots there are. Default false. */
	isSilent?: boolean;
}

/** What a crowd took. */
export interface Outcome {
	/** From the first call until the last execution has ended. */
	seconds: number;
	/** Prompts without a result. */
	failed: number;
	/** Submits that TTAPI refused, since it had no slot free. */
	refused: number;
	/** Everything that was asked of TTAPI but submits, a prompt: looks at jobs, the history, the account. */
	questions: number;
}

/** Gives each item of the call's body to a node of ours; one that fails lets the others go on. */
const steps = (address: string, parameters: Json): Step[] => [
	webhook('Called', address),
	{
		name: 'Prompts',
		type: 'n8n-nodes-base.splitOut',
		parameters: { fieldToSplitOut: 'body', options: {} },
	},
	{ ...ttapi(OURS, parameters), onError: 'continueRegularOutput' },
	noOp(BEHIND),
];

/** An active workflow that makes pictures of the prompts it is called with. */
export async function imagining(
	host: Host,
	simulator: Simulator,
	parameters: Json = {},
): Promise<Production> {
	const address = randomUUID();
	const credentials = await host.credentialsFor(simulator);
	const made = workflow('crowd', steps(address, parameters), { settings: SETTINGS });
	return await Production.of(host, made, address, credentials);
}

const SETTINGS = { executionOrder: 'v1', saveDataSuccessExecution: 'all' };

/** An n8n with our package and one with 0.1.0, if that can be had. Both have done their first run, which loads a lot. */
export async function crowdHosts(stage: Stage): Promise<Hosts> {
	const hosts = { host: await stage.n8n(), older: await stage.olderN8n() };
	const first = {
		executions: 10,
		load: { times: Array.from({ length: 10 }, () => 100), slots: 10 },
	};
	for (const each of Object.values(hosts)) if (each) await runCrowd(stage, each, first);
	return hosts;
}

export interface Hosts {
	host: Host;
	older?: Host;
}

/** Runs all executions at once, on a TTAPI of their own. @throws when more jobs were unfinished at once than there are slots */
export async function runCrowd(stage: Stage, host: Host, crowd: Crowd): Promise<Outcome> {
	const { executions, load, parameters, isSilent = false } = crowd;
	const { times, slots } = load;
	const simulator = await stage.simulator({ jobTimes: times, slots });
	if (isSilent) simulator.addFault({ kind: 'status', status: 404, endpoint: 'info' });
	const production = await imagining(host, simulator, parameters);
	const given = prompts(times.length);
	const each = Math.ceil(given.length / executions);
	const bodies = Array.from({ length: executions }, (_, at) =>
		given.slice(at * each, (at + 1) * each),
	);

	const began = Date.now();
	await production.call(bodies, executions);
	const ended = await production.untilEnded(executions);
	const seconds =
		(Math.max(...ended.map(({ stoppedAt }) => Date.parse(stoppedAt!))) - began) / 1000;

	const runs = await Promise.all(ended.map(async ({ id }) => await host.client.getExecution(id)));
	const done = runs.flatMap((run) =>
		run.status === 'success' ? jsonOf(run, BEHIND).filter((json) => json.status === 'SUCCESS') : [],
	);
	const { jobs, requests, mostUnfinished } = simulator.state();
	requireDone(mostUnfinished <= slots, `${mostUnfinished} jobs were unfinished at once`);
	const isEach = new Set(done.map(({ jobId }) => jobId)).size === done.length;
	requireDone(isEach, 'a job came out twice');
	requireDone(jobs.length <= times.length, `${jobs.length} jobs for ${times.length} prompts`);
	const submits = requests.filter(({ endpoint }) => endpoint === 'imagine');
	return {
		seconds,
		failed: times.length - done.length,
		refused: submits.filter(({ status }) => status !== 200).length,
		questions: (requests.length - submits.length) / times.length,
	};
}

/** The measures of a row about a crowd, with its goals. */
export const crowdMeasures = ({ makespan, refused }: { makespan?: number; refused?: number }) =>
	({
		makespan: {
			name: 'makespan, against the ideal',
			unit: 's',
			goal: makespan === undefined ? undefined : { atMost: makespan },
		},
		failed: {
			name: 'prompts without a result',
			unit: 'prompts',
			judges: 'ours',
			goal: { atMost: 0 },
		},
		refused: {
			name: 'refused submits',
			unit: 'submits',
			judges: 'ours',
			goal: refused === undefined ? undefined : { atMost: refused },
		},
		questions: { name: 'questions', unit: 'a job', judges: 'ours' },
		older: { name: 'makespan, against 0.1.0', unit: 's', unless: UNLESS_OLDER },
	}) satisfies Record<string, Measure>;

/** One round of them: ours and 0.1.0 at the same moment, with the same times. */
export async function crowdRound(
	stage: Stage,
	{ host, older }: Hosts,
	crowd: Crowd,
): Promise<Record<string, Sample>> {
	const [ours, theirs] = await Promise.all([
		runCrowd(stage, host, crowd),
		older && runCrowd(stage, older, crowd),
	]);
	const ideal = idealSeconds(crowd.load);
	stage.report(
		`ideal ${ideal} s, ours ${words(ours)}, 0.1.0 ${theirs ? words(theirs) : 'not run'}`,
	);
	return {
		makespan: { ours: ours.seconds, theirs: ideal },
		failed: { ours: ours.failed, theirs: theirs?.failed },
		refused: { ours: ours.refused, theirs: theirs?.refused },
		questions: { ours: ours.questions, theirs: theirs?.questions },
		...(theirs && { older: { ours: ours.seconds, theirs: theirs.seconds } }),
	};
}

const words = ({ seconds, failed, refused, questions }: Outcome) =>
	`${seconds} s, ${failed} failed, ${refused} refused, ${questions.toFixed(1)} questions a job`;
