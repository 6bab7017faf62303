import { beforeEach, describe, expect, test } from '@jest/globals';
import axios from 'axios';
import { readFileSync } from 'node:fs';
import { itemsOf } from '../../scripts/n8n/client.mjs';
import { ALL, itemFor, type Named } from '../operations.mts';
import { noOp, target, workflow, type Step } from '../workflow.mts';
import { AGENTS, agentWorkflow, fromAi, imagine, tool, upscale } from './support/agentWorkflow.mts';
import { startChatModel } from './support/chatModel.mts';
import { pausing } from './support/pausing.mts';
import { startWorld } from './support/world.mts';

const { client, credentials, simulator } = await startWorld();
const model = await startChatModel();
const openAiApi = await client.createCredential({
	name: 'Chat model',
	type: 'openAiApi',
	data: { apiKey: 'any', url: model.url, header: false },
});
beforeEach(() => simulator.reset());

/** What a tool's answer may take of the model's memory, in bytes. */
const SMALL = 4_000;

/** A tool of an operation: the model says what an item would have. */
function toolOf({ name, resource, operation, parameters, pictures }: Named) {
	const written = JSON.stringify({ resource, operation, ...parameters, ...pictures });
	return tool(nameOf(name), JSON.parse(written.replace(/\$json\.(\w+)/g, "$fromAI('$1')")));
}
const nameOf = (operation: string) => operation.replace('.', '_');

async function runScripted(workflow: any, trigger?: string) {
	const execution = await client.runWorkflow(workflow, { trigger });
	model.requireScript();
	return execution;
}

test('the example: one message gives a grid, the next one the image that was chosen', async () => {
	const example = JSON.parse(
		readFileSync(new URL('../../examples/agent.json', import.meta.url), 'utf8'),
	);
	const chat = {
		sessionId: 'one',
		action: 'sendMessage',
		chatInput: 'A fox, and then the second.',
	};
	example.pinData = { 'When Chat Message Received': [{ json: chat }] };
	for (const { type, parameters } of example.nodes)
		if (/Tool$/.test(type)) parameters.options = { ...parameters.options, pollInterval: 1 };
	const workflow = await client.createWorkflow(example, { ...credentials, openAiApi });
	const trigger = 'When Chat Message Received';

	model.write(
		() => [{ tool: 'Imagine', args: { prompt: 'a fox' } }],
		({ answers: [answer] }) => {
			const [{ jobId, cdnImage }] = JSON.parse(answer);
			return `![grid](${cdnImage}) Job ${jobId}. Which one?`;
		},
	);
	const first = await runScripted(workflow, trigger);
	expect(first.data.resultData.error?.message).toBeUndefined();
	model.write(
		({ words }) => {
			const [, jobId] = /Job (\S+)\. Which one/.exec(words.at(-1)!)!;
			return [
				{ tool: 'Latest_Jobs', args: {} },
				{ tool: 'Upscale', args: { jobId, action: 'upsample2' } },
			];
		},
		({ answers }) => JSON.parse(answers.at(-1)!)[0].cdnImage,
	);
	const second = await runScripted(workflow, trigger);
	expect(second.data.resultData.error?.message).toBeUndefined();
	const { jobs, requests } = simulator.state();
	expect(jobs.map(({ action }) => action)).toEqual(['imagine', 'upsample2']);
	expect(itemsOf(second, 'AI Agent')[0].json.output).toContain(jobs[1].jobId);
	// It asks before it pays.
	expect(requests.map(({ endpoint }) => endpoint)).toContain('promptCheck');
});

describe.each(AGENTS)('an agent of version $agent', (kind) => {
	const isEngines = kind.agent === 3;

	async function run(...tools: Array<Step>) {
		const workflow = agentWorkflow(kind, tools);
		return await runScripted(await client.createWorkflow(workflow, { ...credentials, openAiApi }));
	}

	/** Runs to the end, and gives what the tools have answered. */
	async function answersOf(...tools: Array<Step>): Promise<string[]> {
		const execution = await run(...tools);
		expect(execution.data.resultData.error?.message).toBeUndefined();
		expect(execution.status).toBe('success');
		return model.requests.at(-1)!.answers;
	}

	const itemsIn = (answer: string): any[] => JSON.parse(answer);

	function expectSmall(answer: string) {
		expect(Buffer.byteLength(answer)).toBeLessThan(SMALL);
		expect(answer).not.toMatch(/base64|[\w+/]{200}/);
		for (const item of itemsIn(answer)) expect(Object.keys(item)).not.toEqual([]);
	}

	test('generates, picks and upscales: two jobs, and the picture is in its last words', async () => {
		model.write(
			() => [{ tool: 'Imagine', args: { prompt: 'a fox --ar 3:2' } }],
			({ answers: [answer] }) => {
				const [{ jobId, actions }] = itemsIn(answer);
				const { value } = actions.find(({ label }: any) => label === 'Upscale 2 (U2)');
				return [{ tool: 'Upscale', args: { jobId, action: value } }];
			},
			({ answers }) => `Here it is: ${itemsIn(answers[1])[0].cdnImage}`,
		);
		const job = tool('Job', { resource: 'job', operation: 'get', jobId: fromAi('jobId') });
		const execution = await run(imagine(), upscale(), job);

		const { jobs } = simulator.state();
		expect(jobs.map(({ action, prompt }) => [action, prompt])).toEqual([
			['imagine', 'a fox --ar 3:2'],
			['upsample2', 'a fox --ar 3:2'],
		]);
		const { answers } = model.requests.at(-1)!;
		answers.forEach(expectSmall);
		expect(answers.map((answer) => itemsIn(answer)[0].jobId)).toEqual(
			jobs.map(({ jobId }) => jobId),
		);
		const { output } = itemsOf(execution, 'Agent')[0].json;
		const [address] = /http\S+/.exec(output)!;
		expect(address).toContain(jobs[1].jobId);
		const picture = await axios.get(address, { responseType: 'arraybuffer', proxy: false });
		expect(picture.headers['content-type']).toBe('image/png');
		expect(new Set(model.requests.map(({ endpoint }) => endpoint))).toEqual(
			new Set([kind.endpoint]),
		);
	});

	test('is told what each tool is for, what it costs and what comes back, though nothing was saved', async () => {
		model.write(() => 'Nothing to do.');
		const free = tool('Check', {
			resource: 'prompt',
			operation: 'check',
			prompt: fromAi('prompt'),
		});
		const own = tool('Own', { toolDescription: 'Draws foxes only', prompt: fromAi('prompt') });
		await run(imagine(), upscale(), free, own);
		const [{ tools }] = model.requests;
		const told = Object.fromEntries(tools.map(({ name, description }) => [name, description]));
		const job = /Returns the finished job: "jobId" .+ "cdnImage" .+ "quota" .+ "actions" /;
		expect(told).toEqual({
			Imagine: expect.stringMatching(/^Generate a grid of four images .+ Costs quota\. /),
			Upscale: expect.stringMatching(/^Run one of Midjourney's actions .+ Costs quota\. /),
			Check: expect.stringMatching(/^Find banned words .+ Free\. Returns "allowed"/),
			Own: 'Draws foxes only',
		});
		for (const name of ['Imagine', 'Upscale']) expect(told[name]).toMatch(job);
		const { parameters } = tools.find(({ name }) => name === 'Imagine')!;
		expect(parameters.properties).toEqual({
			prompt: { type: 'string', description: 'What the image shows' },
		});
	});

	test('gets addresses and no files from a tool that is to download, and an answer though it is to pause', async () => {
		simulator.addFault({ kind: 'status', status: 404, endpoint: 'picture' });
		model.write(
			() => [{ tool: 'Imagine', args: { prompt: 'a fox' } }],
			() => 'Done.',
		);
		const [answer] = await answersOf(
			imagine({ download: 'itemPerImage', waitForResult: 'callback' }),
		);
		expectSmall(answer);
		const { jobs, requests } = simulator.state();
		expect(jobs.map(({ hookUrl }) => hookUrl)).toEqual(['']);
		expect(requests.filter(({ endpoint }) => endpoint === 'picture')).toEqual([]);
		const [item, ...more] = itemsIn(answer);
		expect(more).toEqual([]);
		expect(item).toMatchObject({ jobId: jobs[0].jobId, status: 'SUCCESS' });
		expect(item.images).toHaveLength(4);
	});

	test.each<[string, object]>([
		['', {}],
		[' with Retry On Fail', { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 }],
		[' with On Error: Continue', { onError: 'continueRegularOutput' }],
	])(
		'is told which job failed and what to do%s, and pays once for another prompt',
		async (_, settings) => {
			const message = '[Banned prompt detected]';
			simulator.addFault({ kind: 'jobFails', message, prompt: 'bad' });
			model.write(
				() => [{ tool: 'Imagine', args: { prompt: 'a bad fox' } }],
				() => [{ tool: 'Imagine', args: { prompt: 'a good fox' } }],
				() => 'Done.',
			);
			const [failed, good] = await answersOf(imagine({}, settings));
			const { jobs } = simulator.state();
			expect(jobs.map(({ prompt }) => prompt)).toEqual(['a bad fox', 'a good fox']);
			expect(itemsIn(failed)).toEqual([
				{
					error: {
						message: `Job ${jobs[0].jobId} failed: "${message}"`,
						description: expect.stringContaining('Change the prompt.'),
						jobId: jobs[0].jobId,
						status: 'FAILED',
					},
				},
			]);
			expect(itemsIn(good)).toMatchObject([{ jobId: jobs[1].jobId, status: 'SUCCESS' }]);
		},
	);

	test('a tool that is to stop the workflow does so, as far as n8n lets it', async () => {
		simulator.addFault({ kind: 'jobFails', message: '[Banned prompt detected]' });
		model.write(
			() => [{ tool: 'Imagine', args: { prompt: 'a fox' } }],
			() => 'Done.',
		);
		const execution = await run(imagine({}, { onError: 'stopWorkflow' }));
		expect(execution.status).toBe(isEngines ? 'error' : 'success');
		// The older agent gets nothing of what a tool throws.
		expect(model.requests.at(-1)!.answers).toEqual(isEngines ? [] : ['']);
	});

	test('a tool with an error output, which it does not have: the newer agent gets no answer of it', async () => {
		model.write(
			() => [{ tool: 'Imagine', args: { prompt: 'a fox' } }],
			() => 'Done.',
		);
		const [answer] = await answersOf(imagine({}, { onError: 'continueErrorOutput' }));
		if (isEngines) expect(answer).toBe('""');
		else expect(itemsIn(answer)).toMatchObject([{ status: 'SUCCESS' }]);
	});

	const after = isEngines ? 'goes on with what they have answered' : 'begins anew, and pays again';
	test(`when the model fails behind its tools, a Retry ${after}`, async () => {
		const imagining = [{ tool: 'Imagine', args: { prompt: 'a fox' } }];
		model.write(
			() => imagining,
			() => null,
		);
		const failed = await run(imagine());
		expect(failed.status).toBe('error');
		model.write(
			({ answers }) => (answers.length > 0 ? 'Done.' : imagining),
			() => 'Done.',
		);
		const retried = await client.waitForExecution(await client.retryExecution(failed.id));
		model.requireScript();
		expect(itemsOf(retried, 'Agent')[0].json.output).toBe('Done.');
		expect(model.requests.at(-1)!.answers).toHaveLength(1);
		expect(simulator.state().jobs).toHaveLength(isEngines ? 1 : 2);
	});

	test('mends a wrong action, which is refused before anything is paid, by the offered ones', async () => {
		const { jobId } = simulator.addFinishedJob({ jobId: 'grid-of-foxes' });
		model.write(
			() => [{ tool: 'Upscale', args: { jobId, action: 'upscale_2' } }],
			({ answers: [answer] }) => {
				const { description } = itemsIn(answer)[0].error;
				const [, offered] = /It offers: (.+)\. This item was not submitted/.exec(description)!;
				expect(simulator.state().jobs).toHaveLength(1);
				return [{ tool: 'Upscale', args: { jobId, action: offered.split(', ')[1] } }];
			},
			() => 'Done.',
		);
		const [refused] = await answersOf(upscale());
		expect(itemsIn(refused)[0].error.message).toBe(
			'Job grid-of-foxes does not offer the action "upscale_2"',
		);
		expect(simulator.state().jobs.map(({ action }) => action)).toEqual(['imagine', 'upsample2']);
	});

	test(`two calls in one message run ${kind.calls}, and each gets its own job, even for one prompt`, async () => {
		const call = { tool: 'Imagine', args: { prompt: 'a fox' } };
		model.write(
			() => [call, call],
			() => [call],
			() => 'Done.',
		);
		const answers = await answersOf(imagine());
		const { jobs, mostUnfinished } = simulator.state();
		expect(jobs).toHaveLength(3);
		expect(mostUnfinished).toBe(isEngines ? 1 : 2);
		expect(answers.map((answer) => itemsIn(answer)[0].jobId).sort()).toEqual(
			jobs.map(({ jobId }) => jobId).sort(),
		);
	});

	test('gets the answer of each call of a workflow that would pause', async () => {
		const steps: Step[] = [
			{
				name: 'Called',
				type: 'n8n-nodes-base.executeWorkflowTrigger',
				typeVersion: 1.1,
				parameters: { workflowInputs: { values: [{ name: 'prompt' }] } },
			},
			pausing('Paints'),
			noOp('Last'),
		];
		const called = await client.createWorkflow(
			workflow('e2e called by an agent', steps, {
				Called: { main: [target('Paints')] },
				Paints: { main: [target('Last')] },
			}),
			credentials,
		);
		await client.activateWorkflow(called);
		const paint = {
			name: 'Paint',
			type: '@n8n/n8n-nodes-langchain.toolWorkflow',
			typeVersion: 2.2,
			parameters: {
				description: 'Makes an image',
				workflowId: { __rl: true, mode: 'id', value: called.id },
				workflowInputs: {
					mappingMode: 'defineBelow',
					value: { prompt: fromAi('prompt') },
					// As the editor stores it: without it, n8n hands over nothing.
					schema: [{ id: 'prompt', displayName: 'prompt', type: 'string', display: true }],
				},
			},
		};
		const call = (prompt: string) => ({ tool: 'Paint', args: { prompt } });
		model.write(
			() => [call('a fox'), call('an owl')],
			() => 'Done.',
		);
		const answers = await answersOf(paint);
		const results = answers.map((answer) => itemsIn(answer)[0]);
		expect(results.map(({ status }) => status)).toEqual(['SUCCESS', 'SUCCESS']);
		expect(results.map(({ prompt }) => prompt).sort()).toEqual(['a fox', 'an owl']);
	});

	test('calls without waiting, and waits for all of them: the jobs run side by side', async () => {
		simulator.addFault({ kind: 'jobNeverEnds' });
		const call = { tool: 'Imagine', args: { prompt: 'a fox' } };
		model.write(
			() => [call, call, call],
			({ answers }) => {
				const jobIds = answers.map((answer) => itemsIn(answer)[0].jobId);
				for (const jobId of jobIds) simulator.finishJob(jobId, 'SUCCESS');
				return jobIds.map((jobId) => ({ tool: 'Wait', args: { jobId } }));
			},
			() => 'Done.',
		);
		const wait = tool('Wait', { resource: 'job', operation: 'wait', jobId: fromAi('jobId') });
		const answers = await answersOf(imagine({ waitForResult: 'none' }), wait);
		expect(answers.map((answer) => itemsIn(answer)[0].status)).toEqual(
			['SUBMITTED', 'SUCCESS'].flatMap((status) => [status, status, status]),
		);
		const { jobs, mostUnfinished } = simulator.state();
		expect([jobs.length, mostUnfinished]).toEqual([3, 3]);
	});

	test.each<[string, unknown]>([
		['in a resource locator', { __rl: true, mode: 'id', value: "={{ $fromAI('jobId') }}" }],
		['in a plain text, as it was once saved', "={{ $fromAI('jobId') }}"],
	])('fills in the job that it means %s', async (_title, jobId) => {
		simulator.addFinishedJob({ jobId: 'grid-of-foxes' });
		model.write(
			() => [
				{ tool: 'Job', args: { jobId: ' grid-of-foxes' } },
				{ tool: 'Press', args: { jobId: 'grid-of-foxes' } },
			],
			() => 'Done.',
		);
		const [got, pressed] = await answersOf(
			tool('Job', { resource: 'job', operation: 'get', jobId }),
			tool('Press', { operation: 'action', action: 'upsample3', jobId }),
		);
		expect(itemsIn(got)).toMatchObject([{ jobId: 'grid-of-foxes', status: 'SUCCESS' }]);
		expect(itemsIn(pressed)).toMatchObject([{ action: 'upsample3', status: 'SUCCESS' }]);
		const [{ tools }] = model.requests;
		for (const { parameters } of tools)
			expect(parameters.properties).toEqual({ jobId: expect.objectContaining({ type: 'string' }) });
	});

	test('is told what every operation is for, and gets a small answer from it, never an empty one', async () => {
		const none = { resource: 'job', operation: 'getMany', filters: { status: 'failed' } };
		const calls: Array<{ tool: string; args: Record<string, unknown> }> = [];
		for (const operation of ALL) {
			const args = itemFor(operation, simulator);
			calls.push({ tool: nameOf(operation.name), args });
		}
		model.write(
			() => [...calls, { tool: 'None', args: {} }],
			() => 'Done.',
		);
		const answers = await answersOf(...ALL.map(toolOf), tool('None', none));
		const [{ tools }] = model.requests;
		for (const [n, { name, submits, gives }] of ALL.entries()) {
			const { description } = tools.find((each) => each.name === nameOf(name))!;
			expect(description).toMatch(submits ? / Costs quota\. Returns / : / Free\. Returns /);
			expectSmall(answers[n]);
			expect(itemsIn(answers[n])).toContainEqual(expect.objectContaining(gives));
		}
		expect(answers.at(-1)).toBe('[{"message":"Nothing found"}]');
	});
});
