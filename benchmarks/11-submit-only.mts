import { benchmark, inTurn, requireDone, type Sample } from './support/benchmark.mts';
import { ended } from './support/ended.mts';
import type { Host } from './support/host.mts';
import { httpRequest, manualWorkflow, prompts, ttapi } from './support/workflows.mts';
import type { Simulator } from '../simulator/startSimulator.mts';

export default benchmark({
	row: 11,
	work: '10,000 items, submit only, API that answers at once: our own time for an item',
	against: "n8n's HTTP Request node",
	method:
		'The same items go through a node of ours (Wait for Result: None) and through an HTTP Request node that posts the same body with a Header Auth credential (Batching 50 items, 1 ms: without it, 10,000 connections at once break off), in one n8n. Own time is what the n8n process takes of the processor during the execution, so that the API does not count; the other figure is how long the node took, with everything.',
	measures: {
		processor: { name: 'processor time', unit: 'ms', goal: { atMost: 1 } },
		duration: { name: 'duration', unit: 'ms', goal: { atMost: 1 } },
	},
	async run(stage, rounds) {
		const count = stage.isShort ? 1_000 : 10_000;
		const items = prompts(count);
		const simulator = await stage.simulator({ jobMs: 600_000, slots: Infinity });
		const host = await stage.n8n();
		const credentials = await host.credentialsFor(simulator);
		const ours = await host.client.createWorkflow(
			manualWorkflow('ours', items, [ttapi('Submit', { waitForResult: 'none' })]),
			credentials,
		);
		const theirs = await host.client.createWorkflow(
			manualWorkflow('theirs', items, [postPrompt(simulator)]),
			await host.headerCredential(simulator),
		);
		const timed = async (name: string, workflow: any) =>
			await submitAll(host, simulator, { name, workflow, count });
		// Not measured: n8n compiles what it runs often.
		await timed('warm-up-ours', ours);
		await timed('warm-up-theirs', theirs);
		return await inTurn(rounds, async (at) => {
			const sides: Record<string, Taken> = {};
			const turns = at % 2 === 0 ? { ours, theirs } : { theirs, ours };
			for (const [name, each] of Object.entries(turns)) {
				sides[name] = await timed(`${name}-${at}`, each);
				stage.report(`${name}: ${JSON.stringify(sides[name])}`);
			}
			const sample = (key: keyof Taken): Sample => ({
				ours: sides.ours[key],
				theirs: sides.theirs[key],
			});
			return { processor: sample('processor'), duration: sample('duration') };
		});
	},
});

/** All at once would end with connections that break off. */
const postPrompt = ({ url }: Simulator) =>
	httpRequest(
		'Submit',
		{
			method: 'POST',
			url: `${url}/midjourney/v1/imagine`,
			authentication: 'genericCredentialType',
			genericAuthType: 'httpHeaderAuth',
			sendBody: true,
			bodyParameters: {
				parameters: [
					{ name: 'prompt', value: '={{ $json.prompt }}' },
					{ name: 'mode', value: 'fast' },
				],
			},
			options: { batching: { batch: { batchSize: 50, batchInterval: 1 } } },
		},
		{ credentials: { httpHeaderAuth: { id: null, name: 'TT-API-KEY' } } },
	);

/** What an item took, in ms. */
interface Taken {
	processor: number;
	duration: number;
}

async function submitAll(
	host: Host,
	simulator: Simulator,
	{ name, workflow, count }: { name: string; workflow: any; count: number },
): Promise<Taken> {
	simulator.reset();
	const before = await host.processorMs();
	const id = await host.profiled(`11-${name}`, async () => {
		const started = await host.client.startWorkflow(workflow);
		await ended(host, workflow.id, started);
		return started;
	});
	const processor = (await host.processorMs()) - before;
	// Only now: n8n has to load all the items for it.
	const execution = await host.client.getExecution(id);
	requireDone(execution.status === 'success', `execution ${execution.status}`);
	const jobs = simulator.state().jobs.length;
	requireDone(jobs === count, `${jobs} jobs of ${count}`);
	const { executionTime, data } = execution.data.resultData.runData.Submit[0];
	requireDone(data.main[0].length === count, `${data.main[0].length} items came out`);
	return { processor: processor / count, duration: executionTime / count };
}
