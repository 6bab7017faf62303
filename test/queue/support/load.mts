/** The work of the queue tests: waves of 100 jobs, each with its own prompt, in workflows of four kinds. */
import { randomUUID } from 'node:crypto';
import type { JobRecord } from '../../../simulator/startSimulator.mts';
import { eventually } from '../../e2e/support/eventually.mts';
import {
	pausing,
	post,
	row,
	startCounter,
	type Counter,
	type Json,
} from '../../e2e/support/pausing.mts';
import { CREDENTIALS, OUR_NODE, noOp, target, workflow, type Step } from '../../workflow.mts';
import type { QueueWorld } from './queueWorld.mts';

/**
 * - poll: one node that polls
 * - pair: two nodes in a row that poll; n8n stores what the first one gave as soon as it is done
 * - pause: one node that pauses the execution
 * - submit: one node that only submits; the job's callback starts the trigger's workflow
 */
const KINDS = ['poll', 'pair', 'pause', 'submit'] as const;
type Kind = (typeof KINDS)[number];

/** Executions of each kind in a wave, and the items of each of them: 20 + 2 x 10 + 30 + 30 jobs. */
const WAVE: Record<Kind, { executions: number; items: number }> = {
	poll: { executions: 4, items: 5 },
	pair: { executions: 2, items: 5 },
	pause: { executions: 6, items: 5 },
	submit: { executions: 3, items: 10 },
};
export const JOBS_PER_WAVE = 100;

/** In the prompt of a job that ends only when the test ends it. */
export const HELD = 'held';
/** In the prompt of a job that fails the first time; the second one is held. */
export const BREAKS = 'breaks';

const polling = (name: string, prompt: string): Step =>
	pausing(name, { prompt, waitForResult: 'poll' });

export class Load {
	private constructor(
		private readonly world: QueueWorld,
		/** By kind, and that of the trigger. */
		readonly workflows: Record<Kind | 'trigger', any>,
		/** What ran behind: `<execution>` behind a pause, `<job>/<execution>` behind the trigger. */
		readonly counter: Counter,
	) {}

	static async create(world: QueueWorld): Promise<Load> {
		const counter = await startCounter();
		const webhookId = randomUUID();
		const store = async (workflow: any): Promise<any> => {
			const stored = await world.client.createWorkflow(workflow, world.credentials);
			await world.client.activateWorkflow(stored);
			return stored;
		};
		const line = async (kind: Kind, steps: Step[], settings: Json = {}) => {
			const workflow = row([], steps);
			return await store({
				...workflow,
				name: `queue ${kind}`,
				settings: { ...workflow.settings, ...settings },
			});
		};
		const prompt = '={{ $json.prompt }}';
		const hookUrl = `${world.queue.webhookUrl}/webhook/${webhookId}/callback`;
		const workflows = {
			poll: await line('poll', [polling('TTAPI', prompt), noOp('Behind')]),
			pair: await line(
				'pair',
				[
					polling('First', prompt),
					polling('Second', "={{ $('Start').item.json.second }}"),
					noOp('Behind'),
				],
				{ saveExecutionProgress: true },
			),
			pause: await line('pause', [pausing('TTAPI', { prompt }), counter.step]),
			submit: await line('submit', [
				pausing('TTAPI', { prompt, waitForResult: 'none', options: { hookUrl } }),
				noOp('Behind'),
			]),
			trigger: await store(triggered(webhookId, counter)),
		};
		return new Load(world, workflows, counter);
	}

	/** Starts the executions of a wave. @param held how many of each kind {@link startHeld} has started already */
	async start(wave: string, held: Partial<Record<Kind, number>> = {}): Promise<void> {
		const most = Math.max(...KINDS.map((kind) => WAVE[kind].executions));
		for (let at = 0; at < most; at++) {
			for (const kind of KINDS) {
				const isMissing = at >= (held[kind] ?? 0) && at < WAVE[kind].executions;
				if (isMissing) await this.call(kind, items(kind, `${wave}.${at}`));
			}
		}
	}

	/** Starts the first execution of a wave and a kind. A poll waits for its jobs then, a pair for those of its second node. */
	async startHeld(kind: 'poll' | 'pair', wave: string): Promise<void> {
		const field = kind === 'poll' ? 'prompt' : 'second';
		const held = items(kind, `${wave}.0`).map((item) => ({
			...item,
			[field]: `${HELD} ${item[field]}`,
		}));
		await this.call(kind, held);
	}

	/** Starts one more poll, whose last job fails. */
	async startBreaking(wave: string): Promise<void> {
		const breaking = items('poll', `${wave}.broken`);
		breaking[breaking.length - 1].prompt += ` ${BREAKS}`;
		await this.call('poll', breaking);
	}

	private async call(kind: Kind, items: Json[]): Promise<void> {
		const { path } = this.workflows[kind].nodes.find(
			({ name }: Step) => name === 'Called',
		).parameters;
		const url = `${this.world.queue.webhookUrl}/webhook/${path}`;
		// n8n answers 404 for a moment after a workflow was activated.
		await eventually(async () => (await post(url, { items })).status === 200);
	}

	/** The jobs of a wave, those of all without one. */
	jobs(wave?: string): JobRecord[] {
		const { jobs } = this.world.simulator.state();
		return wave ? jobs.filter(({ prompt }) => prompt.includes(` ${wave}.`)) : jobs;
	}

	/** The kind of an execution, by its workflow. */
	kindOf({ workflowId }: { workflowId: string }): string {
		const [kind] = Object.entries(this.workflows).find(([, { id }]) => id === workflowId)!;
		return kind;
	}
}

const items = (kind: Kind, name: string) =>
	Array.from({ length: WAVE[kind].items }, (_, at) => {
		const prompt = `${kind} ${name}.${at}`;
		return { prompt, second: `again ${prompt}` };
	});

/** The trigger, with the count of its runs behind. */
function triggered(webhookId: string, counter: Counter) {
	const [trigger, count] = ['When a Job Ends', 'Count'];
	return workflow(
		'queue trigger',
		[
			{ name: trigger, type: `${OUR_NODE}Trigger`, webhookId, credentials: CREDENTIALS },
			counter.stepFor('{{ $json.jobId }}/{{ $execution.id }}'),
		],
		{ [trigger]: { main: [target(count)] } },
	);
}
