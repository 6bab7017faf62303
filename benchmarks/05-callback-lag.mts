import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { median } from 'simple-statistics';
import { benchmark, inTurn, requireDone, takingTurns } from './support/benchmark.mts';
import type { Host } from './support/host.mts';
import { jsonOf, post, Production } from './support/production.mts';
import { noOp, ttapi, webhook, workflow, type Step } from './support/workflows.mts';
import type { JobRecord, Simulator } from '../simulator/startSimulator.mts';

export default benchmark({
	row: 5,
	work: 'callback sent until the next node starts',
	against: "n8n's own Wait node, resumed by a webhook",
	method:
		'Active workflows that a call has started are paused: by a node of ours (Wait for Result: Callback) that waits for one job, or by a Wait node (On Webhook Call, POST). Both have the same nodes before them, and a NoOp behind. The benchmark sends both the callback of a job that has just ended, to one execution after the other; the lag is the time from just before that until n8n starts the NoOp. Ours asks TTAPI for the job in this time, as nothing that a callback says is believed; the Wait node asks nobody. A round is the median of 20.',
	measures: { lag: { unit: 'ms', goal: { atMost: 1.2 } } },
	async run(stage, rounds) {
		const samples = stage.isShort ? 6 : 20;
		const simulator = await stage.simulator({ slots: Infinity });
		// The benchmark ends the jobs and sends the callbacks.
		simulator.addFault({ kind: 'jobNeverEnds' });
		simulator.addFault({ kind: 'callbackLost' });
		const host = await stage.n8n();
		const ours = await pausing(host, simulator, ttapi(PAUSED, { waitForResult: 'callback' }));
		const theirs = await pausing(host, simulator, WAIT);

		const lagOf = async (name: string, production: Production) => {
			const lags = await resumed({ host, simulator, name, production, count: samples });
			stage.report(`${name}: ${lags.join(' ')} ms`);
			return median(lags);
		};
		// Not measured: n8n compiles what it runs often.
		await lagOf('warm-up-ours', ours);
		await lagOf('warm-up-theirs', theirs);
		return await inTurn(rounds, async (at) => ({
			lag: await takingTurns(
				at,
				async () => await lagOf(`ours-${at}`, ours),
				async () => await lagOf(`theirs-${at}`, theirs),
			),
		}));
	},
});

/** How long after its answer a callback has surely led to the next node. */
const UNTIL_ASKED_MS = 150;

const PAUSED = 'Paused';
const BEHIND = 'Behind';

const WAIT: Step = {
	name: PAUSED,
	type: 'n8n-nodes-base.wait',
	typeVersion: 1.1,
	webhookId: randomUUID(),
	parameters: { resume: 'webhook', httpMethod: 'POST', options: {} },
};

/** Where the execution can be resumed; beside it, the prompt of the call that has started it. */
const ADDRESS: Step = {
	name: 'Address',
	type: 'n8n-nodes-base.set',
	typeVersion: 3.4,
	parameters: {
		mode: 'raw',
		jsonOutput: '={{ { prompt: $json.body.prompt, resumeUrl: $execution.resumeUrl } }}',
		options: {},
	},
};

async function pausing(host: Host, simulator: Simulator, step: Step): Promise<Production> {
	const address = randomUUID();
	const steps = [webhook('Called', address), ADDRESS, step, noOp(BEHIND)];
	const credentials = await host.credentialsFor(simulator);
	return await Production.of(host, workflow('row 5', steps), address, credentials);
}

interface Resuming {
	host: Host;
	simulator: Simulator;
	name: string;
	production: Production;
	count: number;
}

/** Lets executions pause, then resumes one after the other. @returns the lag of each, in ms */
async function resumed(resuming: Resuming): Promise<number[]> {
	const { host, simulator, name, production, count } = resuming;
	const prompts = Array.from({ length: count }, (_, at) => `a lighthouse, ${name}, take ${at}`);
	const newest = (await production.executions()).at(-1)?.id;
	await production.call(prompts.map((prompt) => ({ prompt })));
	await production.untilCount('waiting', count);
	const ids = (await production.executions(newest)).map(({ id }) => id);
	requireDone(ids.length === count, `${ids.length} executions of ${count}`);
	const paused = await Promise.all(
		ids.map(async (id) => {
			const [{ prompt, resumeUrl }] = jsonOf(await host.client.getExecution(id), ADDRESS.name);
			const job = simulator.state().jobs.find((each) => each.prompt === prompt);
			// Behind that address comes what this node adds for itself.
			const { origin, pathname } = new URL(resumeUrl);
			const isOurs = job?.hookUrl.startsWith(`${origin}${pathname}/`);
			requireDone(!job || isOurs === true, `the job calls ${job?.hookUrl}`);
			return { id, prompt, hookUrl: job?.hookUrl ?? resumeUrl, job };
		}),
	);

	return await host.profiled(`05-${name}`, async () => {
		const lags: number[] = [];
		for (const each of paused) lags.push(await lagOf(resuming, each));
		return lags;
	});
}

interface Paused {
	id: string;
	prompt: string;
	hookUrl: string;
	/** Where the execution waits for one. */
	job?: JobRecord;
}

/** Sends the callback of a job that has just ended. @returns the lag until the next node starts, in ms */
async function lagOf(
	{ simulator, production }: Resuming,
	{ id, prompt, hookUrl, job }: Paused,
): Promise<number> {
	const jobId = job?.jobId ?? randomUUID();
	if (job) simulator.finishJob(jobId, 'SUCCESS');
	const data = { action: 'imagine', jobId, prompt, progress: '100', hookUrl };
	const body = { status: 'SUCCESS', jobId, message: 'success', data };

	const sentAt = Date.now();
	const status = await post(hookUrl, body);
	requireDone(status === 200, `the callback was answered with ${status}`);
	// Asking at once would keep n8n from what is measured.
	await delay(UNTIL_ASKED_MS);
	const execution = await production.ended(id);
	const { startTime } = execution.data.resultData.runData[BEHIND][0];
	const [item, ...more] = jsonOf(execution, BEHIND);
	requireDone(more.length === 0, `${more.length + 1} items came out`);
	requireDone((item.jobId ?? item.body?.jobId) === jobId, `the item is ${JSON.stringify(item)}`);
	return startTime - sentAt;
}
