import { beforeEach, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { itemsOf } from '../../scripts/n8n/client.mjs';
import { eventually } from './support/eventually.mts';
import { ttapiWorkflow, type TtapiNode } from './support/workflow.mts';
import { startWorld } from './support/world.mts';

const { client, credentials, n8n, simulator } = await startWorld();
beforeEach(() => simulator.reset());

const ITEMS = ['a red fox', 'a bad word', 'a blue whale'].map((prompt) => ({ prompt }));
const FAILS = {
	kind: 'jobFails',
	message: '[Banned prompt detected]',
	prompt: 'bad word',
} as const;
const imagine: TtapiNode = {
	parameters: { prompt: '={{ $json.prompt }}', options: { pollInterval: 1 } },
};

const create = async (node: TtapiNode) =>
	await client.createWorkflow(ttapiWorkflow(ITEMS, node), credentials);
const run = async (node: TtapiNode) => await client.runWorkflow(await create(node));
const idOf = (prompt: string) => simulator.state().jobs.find((job) => job.prompt === prompt)!.jobId;

test('a failed job fails the execution, with the reason, what to do and every job id that was paid', async () => {
	simulator.addFault(FAILS);
	const { status, data } = await run(imagine);
	const { error } = data.resultData;

	expect(status).toBe('error');
	expect(error.message).toBe(`Job ${idOf('a bad word')} failed: "[Banned prompt detected]"`);
	expect(error.description).toContain('Change the prompt');
	for (const { jobId } of simulator.state().jobs) expect(error.description).toContain(jobId);
	expect(simulator.state().jobs.filter(({ status }) => status === 'SUCCESS')).toHaveLength(2);
});

test('under "continue, using error output" the failed item goes there, the others go on', async () => {
	simulator.addFault(FAILS);
	const execution = await run({ ...imagine, onError: 'continueErrorOutput' });

	expect(execution.status).toBe('success');
	expect(itemsOf(execution, 'Behind').map(({ json }: any) => json.prompt)).toEqual([
		'a red fox',
		'a blue whale',
	]);
	expect(itemsOf(execution, 'On Error')).toHaveLength(1);
	const [failed, ...more] = itemsOf(execution, 'TTAPI', { output: 1 });
	expect(more).toEqual([]);
	// n8n puts the fields of the input item beside the error.
	expect(failed.json).toEqual({
		prompt: 'a bad word',
		error: {
			message: expect.stringContaining('Banned prompt'),
			description: expect.any(String),
			jobId: idOf('a bad word'),
			status: 'FAILED',
		},
	});
	expect(failed.pairedItem).toMatchObject({ item: 1 });
});

test('Stop ends the node within a second; the job ids are in the log, the API key is not', async () => {
	simulator.addFault({ kind: 'jobNeverEnds' });
	const workflow = await create(imagine);
	const id = await client.startWorkflow(workflow);
	const jobIds = () => simulator.state().jobs.map(({ jobId }) => jobId);
	const isLogged = (jobId: string) => readFileSync(n8n.log, 'utf8').includes(jobId);
	// TTAPI has a job a moment before the node knows its ID.
	await eventually(async () => jobIds().length === 3 && jobIds().every(isLogged));

	await client.stopExecution(id);
	const execution = await client.waitForExecution(id);
	expect(execution.status).toBe('canceled');

	const requests = () => simulator.state().requests.length;
	const atStop = requests();
	await new Promise((resolve) => setTimeout(resolve, 3_000));
	// With a look each second at three jobs, a node that went on would have asked some eight times.
	expect(requests() - atStop).toBeLessThanOrEqual(3);

	expect(jobIds()).toHaveLength(3);
	expect(readFileSync(n8n.log, 'utf8')).not.toContain(simulator.apiKey);
});
