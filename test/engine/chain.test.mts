import { beforeEach, describe, expect, test } from '@jest/globals';
import type { IWorkflowBase } from 'n8n-workflow';

import { STATUS } from '../operations.mts';
import { BINARY_MODES, useBinaryMode } from './support/binary.mts';
import { answer, sent } from './support/http.mts';
import { png } from './support/pictures.mts';
import { NODE_NAME, runWorkflow } from './support/runWorkflow.mts';
import { PAID, playTtapi } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

/** The workflow of imagine with another TTAPI node behind it. */
function withSecond(parameters: object): object {
	const workflow = workflowOf('imagine') as IWorkflowBase;
	const first = workflow.nodes.find(({ name }) => name === NODE_NAME)!;
	const at = workflow.nodes.findIndex(({ name }) => name === 'Done');
	workflow.nodes[at] = { ...first, id: 'second', name: 'Done', parameters: parameters as never };
	return workflow;
}

const bodies = (path: string) => sent.filter((one) => one.path === path).map(({ body }) => body);
const items = [{ prompt: 'cat' }, { prompt: 'dog' }];

describe('two TTAPI nodes in a row', () => {
	test('the second takes the job ids of the first, and finds the item that each came from', async () => {
		playTtapi({
			seconds: ({ body }) => (body.prompt === 'cat' ? 60 : 10),
			data: () => ({ components: ['upsample2'] }),
		});
		const hookUrl = `=https://n8n.example.com/{{ $("${NODE_NAME}").item.json.prompt }}/{{ $("Trigger").item.json.prompt }}`;
		const { seenBy } = await runWorkflow(
			withSecond({ operation: 'action', action: 'upsample2', options: { hookUrl } }),
			{ items },
		);
		expect(bodies(PAID.action)).toEqual([
			{ jobId: 'job-1', action: 'upsample2', hookUrl: 'https://n8n.example.com/cat/cat' },
			{ jobId: 'job-2', action: 'upsample2', hookUrl: 'https://n8n.example.com/dog/dog' },
		]);
		expect(seenBy.Done.map(({ json }) => json.action)).toEqual(['upsample2', 'upsample2']);
	});

	test('pairing holds where the first gives four items for each', async () => {
		playTtapi({ data: () => ({ components: [1, 2, 3, 4].map((n) => `upsample${n}`) }) });
		for (const job of ['job-1', 'job-2']) {
			for (const corner of ['tl', 'tr', 'bl', 'br']) {
				answer('GET', `https://cdn.ttapi.io/${job}_${corner}.png`, {
					status: 200,
					body: png(),
					headers: { 'content-type': 'image/png' },
				});
			}
		}
		await runWorkflow(
			withSecond({
				operation: 'action',
				action: '={{ "upsample" + $json.imageIndex }}',
				options: { hookUrl: '=https://x.example.com/{{ $("Trigger").item.json.prompt }}' },
			}),
			{ items, parameters: { download: 'itemPerImage' } },
		);
		expect(
			bodies(PAID.action).map(({ jobId, action, hookUrl }) => [jobId, action, hookUrl.slice(-3)]),
		).toEqual(
			[
				['job-1', 'cat'],
				['job-2', 'dog'],
			].flatMap(([jobId, prompt]) => [1, 2, 3, 4].map((n) => [jobId, `upsample${n}`, prompt])),
		);
	});

	describe.each(BINARY_MODES)('files in the mode %s', (mode) => {
		beforeEach(async () => await useBinaryMode(mode));

		test('the second reads the file that the first downloaded', async () => {
			playTtapi();
			answer('GET', 'https://cdn.ttapi.io/job-1.png', {
				status: 200,
				body: png(7, 7),
				headers: { 'content-type': 'image/png' },
			});
			await runWorkflow(withSecond({ operation: 'describe', options: {} }), {
				items: [items[0]],
				parameters: { download: 'grid' },
			});
			expect(bodies(PAID.describe)).toEqual([
				{ base64: `data:image/png;base64,${png(7, 7).toString('base64')}` },
			]);
		});
	});

	test('a job that is only submitted is waited for by the second', async () => {
		playTtapi({ seconds: 50 });
		const { seenBy } = await runWorkflow(
			withSecond({ resource: 'job', operation: 'wait', options: {} }),
			{
				items,
				parameters: { waitForResult: 'none' },
			},
		);
		expect(seenBy.Done.map(({ json }) => [json.jobId, json.status, json.prompt])).toEqual([
			['job-1', 'SUCCESS', 'cat'],
			['job-2', 'SUCCESS', 'dog'],
		]);
	});

	test('the credential sends its key to the chosen host alone', async () => {
		const { TtapiApi } = await import('../../credentials/TtapiApi.credentials.ts');
		const credential = {
			apiKey: 'k',
			baseUrl: 'custom',
			customBaseUrl: 'https://proxy.example.com/ttapi/',
		};
		const sign = async (request: object) =>
			await new TtapiApi().authenticate(credential, request as never);
		expect(await sign({ url: STATUS, headers: { a: 'b' } })).toMatchObject({
			url: 'https://proxy.example.com/ttapi/midjourney/status',
			headers: { a: 'b', 'TT-API-KEY': 'k' },
			disableFollowRedirect: true,
		});
		expect(await sign({ uri: 'https://proxy.example.com/x' })).toMatchObject({
			followRedirect: false,
		});
		for (const url of [
			'https://api.ttapi.io/x',
			'http://proxy.example.com/x',
			'https://proxy.example.com.evil.example/x',
			'//evil.example/x',
			'nonsense',
		]) {
			const signed = await sign({ url }).catch(() => undefined);
			if (signed) expect(new URL(signed.url).host).toBe('proxy.example.com');
		}
	});
});
