/** The work of the queue tests: waves of 100 jobs, each with its own prompt, in workflows of four kinds. */
import { randomUUID } from 'node:crypto';
import type { JobRecord } from '../../../simulator/startSimulator.mts';
import { eventually } from '../../e2e/support/eventually.mts';
import {
	noOp,
	pausing,
	post,
	row,
	startCounter,
	type Counter,
	type Json,
	type Step,
} from '../../e2e/support/pausing.mts';
import type { QueueWorld } from './queueWorld.mts';

/**
 * - poll: one node that polls
 * - pair: two nodes in a row that poll; n8n stores what the first one gave as soon as it is done
 * - pause: one node that pauses the execution
 * - submit: one node that only submits; the job's callback starts the trigger's workflow
 */
export const KINDS = ['poll', 'pair', 'pause', 'submit'] as const;
export type Kind = (typeof KINDS)[number];

/** Executions of each kind in a wave, and the items of each of them: 20 + 2 x 10 + 30 + 30 jobs. */
const WAVE: Record<Kind, { executions: number; items: number }> = {
	poll: { executions: 2, items: 10 },
	pair: { executions: 2, items: 5 },
	pause: { executions: 6, items: 5 },
	submit: { executions: 3, items: 10 },
};
export const JOBS_PER_WAVE = 100;

/** In the prompt of a job that ends only when the test ends it. */
export const HELD = 'held';

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

	/** Calls the workflows of a wave into being. @param which kinds, with other numbers of executions */
	async start(wave: string, which: Partial<Record<Kind, number>> = {}, held = false): Promise<void> {
		const counts = KINDS.map((kind) => which[kind] ?? WAVE[kind].executions);
		for (let at = 0; at < Math.max(...counts); at++) {
			for (const [place, kind] of KINDS.entries()) {
				if (at < counts[place]) await this.call(kind, `${wave}.${at}`, held);
			}
		}
	}

	private async call(kind: Kind, name: string, held: boolean): Promise<void> {
		const items = Array.from({ length: WAVE[kind].items }, (_, at) => {
			const own = `${kind} ${name}.${at}`;
			const second = `${held ? HELD : 'again'} ${own}`;
			return { prompt: held && kind === 'poll' ? `${HELD} ${own}` : own, second };
		});
		const { path } = this.workflows[kind].nodes.find(({ name }: Step) => name === 'Called').parameters;
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

/** The trigger, with the count of its runs behind. */
function triggered(webhookId: string, counter: Counter) {
	const [trigger, count] = ['When a Job Ends', 'Count'];
	const nodes: Step[] = [
		{
			name: trigger,
			type: 'n8n-nodes-ttapi.ttapiMidjourneyTrigger',
			webhookId,
			credentials: { ttapiApi: { id: null, name: 'TTAPI account' } },
		},
		counter.stepFor('{{ $json.jobId }}/{{ $execution.id }}'),
	];
	return {
		name: 'queue trigger',
		nodes: nodes.map((node) => ({
			id: node.name,
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
			...node,
		})),
		connections: { [trigger]: { main: [[{ node: count, type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1' },
	};
}
