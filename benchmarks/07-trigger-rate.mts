import axios from 'axios';
import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { benchmark, inTurn, requireDone } from './support/benchmark.mts';
import type { Host } from './support/host.mts';
import { inLanes, jsonOf, Production, until } from './support/production.mts';
import { noOp, webhook, workflow, type Json, type Step } from './support/workflows.mts';
import type { Simulator } from '../simulator/startSimulator.mts';

export default benchmark({
	row: 7,
	work: 'callbacks that start a workflow, in a second',
	against: "n8n's own Webhook node",
	method:
		'Four active workflows in one n8n take turns: the trigger of ours without Verify (and without a credential), the same with Verify, a Webhook node (POST, answers at once), and a Webhook node with an expression among its parameters, each with a NoOp behind it. The last one is there because n8n 2 gives each call of a webhook an expression engine, but for its own Webhook node without expressions. The benchmark posts the same callbacks to each, of a different job each, over 10 kept connections; the rate counts from the first post until the last execution has ended. Deduplicate is on, and the trigger remembers 1,000 jobs already, the most that it does. With Verify, it has a Callback Token, and asks TTAPI for each job; where jobs come faster than TTAPI answers, one execution may start with several.',
	measures: {
		unverified: {
			name: 'Verify off',
			unit: 'callbacks/s',
			goal: { atLeast: 0.9 },
		},
		verified: { name: 'Verify on', unit: 'callbacks/s', goal: { atLeast: 0.5 } },
		evaluated: {
			name: 'Verify off, against a Webhook node with an expression',
			unit: 'callbacks/s',
			goal: { atLeast: 0.9 },
		},
	},
	async run(stage, rounds) {
		const count = stage.isShort ? 100 : 300;
		const simulator = await stage.simulator({});
		const host = await stage.n8n();
		const sides: Side[] = [
			{ name: 'unverified', ...(await listening(host, simulator, trigger({ verify: false }))) },
			{ name: 'verified', ...(await listening(host, simulator, trigger({ verify: true }))) },
			{ name: 'theirs', ...(await listening(host, simulator, webhook('Called', ''))) },
			{ name: 'evaluated', ...(await listening(host, simulator, evaluated)) },
		];
		const world = { host, simulator, isShort: stage.isShort };
		// Not measured: n8n compiles what it runs often, and the triggers get something to remember.
		const remembered = stage.isShort ? SHORT_REMEMBERED : REMEMBERED;
		for (const side of sides) await rateOf(world, side, isOurs(side) ? remembered : count);
		return await inTurn(rounds, async (at) => {
			const rates: Record<string, number> = {};
			const first = at % sides.length;
			for (const side of [...sides.slice(first), ...sides.slice(0, first)]) {
				rates[side.name] = await rateOf(world, side, count, `${side.name}-${at}`);
				stage.report(`${side.name}-${at}: ${rates[side.name].toFixed(1)} callbacks/s`);
			}
			const { unverified, verified, theirs } = rates;
			return {
				unverified: { ours: unverified, theirs },
				verified: { ours: verified, theirs },
				evaluated: { ours: unverified, theirs: rates.evaluated },
			};
		});
	},
});

/** So many the trigger remembers at most. */
const REMEMBERED = 1_000;
const SHORT_REMEMBERED = 200;

/** TTAPI is asked for no more jobs at once: further callbacks are asked to come again. */
const CONNECTIONS = 10;

/** The part of a processor that sending may take: with more, the sender would be measured. */
const MOST_OF_THE_SENDER = 0.7;

const BEHIND = 'Behind';

/** Without it, anybody could call: then two jobs that this n8n doesn't know are asked for in a second. */
const TOKEN = 'the-token-of-row-7';

interface Side {
	name: string;
	production: Production;
	/** Whether TTAPI is asked for each job. */
	isVerified: boolean;
}

const OURS = 'n8n-nodes-ttapi.ttapiMidjourneyTrigger';

const trigger = (parameters: { verify: boolean }): Step => ({
	name: 'Called',
	type: OURS,
	typeVersion: 1,
	parameters: {
		...parameters,
		...(parameters.verify ? { options: { callbackToken: TOKEN } } : {}),
	},
	...(parameters.verify ? { credentials: { ttapiApi: { id: null, name: 'TTAPI account' } } } : {}),
});

/** The Webhook node, as soon as anything in its parameters is evaluated. */
const evaluated: Step = {
	...webhook('Called', ''),
	parameters: { httpMethod: 'POST', options: { rawBody: '={{ false }}' } },
};

const isOurs = ({ name }: Pick<Side, 'name'>): boolean => name.endsWith('verified');

async function listening(
	host: Host,
	simulator: Simulator,
	start: Step,
): Promise<Omit<Side, 'name'>> {
	const id = randomUUID();
	const isWebhook = start.type !== OURS;
	const parameters = { ...start.parameters, ...(isWebhook ? { path: id } : {}) };
	const steps = [{ ...start, webhookId: id, parameters }, noOp(BEHIND)];
	const credentials = await host.credentialsFor(simulator);
	const isVerified = start.parameters?.verify === true;
	const address = isWebhook ? id : `${id}/callback${isVerified ? `?token=${TOKEN}` : ''}`;
	const production = await Production.of(host, workflow('row 7', steps), address, credentials);
	return { production, isVerified };
}

/** Sends so many callbacks of new jobs. @param profile its name, where one is made @returns how many a second have started the workflow, to its end */
async function rateOf(
	{ host, simulator, isShort }: { host: Host; simulator: Simulator; isShort: boolean },
	{ production, isVerified }: Side,
	count: number,
	profile?: string,
): Promise<number> {
	simulator.reset();
	const jobIds = Array.from({ length: count }, () => randomUUID() as string);
	const callbacks = await callbacksOf(simulator, jobIds);
	const asked = () => fetchesOf(simulator, jobIds);
	const before = await production.executions();
	const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
	const startedAt = Date.now();
	const sender = process.cpuUsage();
	let senderMs = 0;
	const send = async () => {
		await production.call(callbacks, CONNECTIONS, agent);
		const { user, system } = process.cpuUsage(sender);
		senderMs = (user + system) / 1000;
		if (isVerified) await until('TTAPI was asked for each job', () => asked() >= count);
		else await production.untilCount('success', before.length + count);
	};
	await (profile ? host.profiled(`07-${profile}`, send) : send());
	agent.destroy();

	const started = new Map<string, string[]>();
	let endedAt = 0;
	const jobsStarted = () => [...started.values()].flat();
	await until('each job has started the workflow', async () => {
		const executions = await production.executions(before.at(-1)?.id);
		endedAt = Math.max(...executions.map(({ stoppedAt }) => Date.parse(String(stoppedAt))));
		const isNew = ({ id }: { id: string }) => !started.has(id);
		await inLanes(CONNECTIONS, executions.filter(isNew), async ({ id }) => {
			const items = jsonOf(await production.ended(id), BEHIND);
			started.set(
				id,
				items.map((item) => item.body?.jobId ?? item.jobId),
			);
		});
		return jobsStarted().length >= count;
	});
	const tookMs = endedAt - startedAt;
	const part = senderMs / tookMs;
	// The short form only shows that the row works, also on a busy machine.
	requireDone(
		isShort || part < MOST_OF_THE_SENDER,
		`the sender took ${part.toFixed(2)} of a processor`,
	);

	requireDone(isSame(jobsStarted(), jobIds), `not each job has started the workflow once`);
	requireDone(asked() === (isVerified ? count : 0), `TTAPI was asked ${asked()} times`);
	return (count / tookMs) * 1000;
}

/** How often TTAPI was asked for these jobs. */
const fetchesOf = (simulator: Simulator, jobIds: string[]): number =>
	simulator
		.state()
		.jobs.filter(({ jobId }) => jobIds.includes(jobId))
		.reduce((sum, { fetches }) => sum + fetches, 0);

const isSame = (some: string[], others: string[]): boolean =>
	[...some].sort().join() === [...others].sort().join();

/** Lets the simulator know the jobs as ended. @returns what TTAPI would send for each of them */
async function callbacksOf(simulator: Simulator, jobIds: string[]): Promise<Json[]> {
	const example = randomUUID();
	for (const jobId of [example, ...jobIds]) simulator.addFinishedJob({ jobId });
	const { data } = await axios.get(`${simulator.url}/midjourney/v1/fetch`, {
		params: { jobId: example },
		headers: { 'TT-API-KEY': simulator.apiKey },
		proxy: false,
		responseType: 'text',
		transformResponse: (text: string) => text,
	});
	// TTAPI's callback has the form of its answer to fetch.
	return jobIds.map((jobId) => JSON.parse(String(data).replaceAll(example, jobId)));
}
