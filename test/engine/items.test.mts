import { describe, expect, test } from '@jest/globals';

import { FETCH, STATUS } from '../operations.mts';
import { answer, sent } from './support/http.mts';
import { itemWith, png } from './support/pictures.mts';
import { runWorkflow } from './support/runWorkflow.mts';
import { API, playTtapi, type FakeJob } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

const prompts = (count: number) =>
	Array.from({ length: count }, (_, n) => ({ prompt: `prompt ${n}` }));
const submits = () => sent.filter(({ method }) => method === 'POST');

/** The most jobs that ran at once. */
function mostAtOnce(jobs: FakeJob[], seconds: number): number {
	const during = (at: number) =>
		jobs.filter(({ acceptedAt }) => acceptedAt <= at && at < acceptedAt + seconds * 1000).length;
	return Math.max(...jobs.map(({ acceptedAt }) => during(acceptedAt)));
}

describe('many items', () => {
	test('come out in input order, paired, although the jobs end in another order', async () => {
		const jobs = playTtapi({ seconds: ({ jobId }) => 60 - 10 * Number(jobId.slice(4)) });
		const { items, seenBy } = await runWorkflow(workflowOf('imagine'), { items: prompts(5) });
		expect(jobs).toHaveLength(5);
		expect(items.map(({ json, pairedItem }) => [json.prompt, pairedItem])).toEqual(
			prompts(5).map(({ prompt }, item) => [prompt, { item }]),
		);
		expect(seenBy.Done.map(({ json }) => json)).toEqual(items.map(({ json }) => json));
	});

	test('100 of them run at most 10 at once, and each keeps its own result', async () => {
		const jobs = playTtapi({ seconds: 30 });
		const { items, hints } = await runWorkflow(workflowOf('imagine'), { items: prompts(100) });
		expect(items.map(({ json, pairedItem }) => [json.prompt, pairedItem])).toEqual(
			prompts(100).map(({ prompt }, item) => [prompt, { item }]),
		);
		expect(new Set(items.map(({ json }) => json.jobId)).size).toBe(100);
		expect(mostAtOnce(jobs, 30)).toBe(10);
		expect(hints[0].message).toContain('100 jobs');
	});

	test('20 of them with 10 slots take about two job times', async () => {
		const jobs = playTtapi({ seconds: 40 });
		const began = Date.now();
		await runWorkflow(workflowOf('imagine'), { items: prompts(20) });
		expect(jobs).toHaveLength(20);
		expect((Date.now() - began) / 1000 / 80).toBeLessThan(1.25);
	});

	test('no item: nothing is asked', async () => {
		const { items } = await runWorkflow(workflowOf('imagine'), { items: [] });
		expect([items, sent]).toEqual([[], []]);
	});

	test('Execute Once takes the first item alone', async () => {
		playTtapi();
		const { items } = await runWorkflow(workflowOf('imagine'), {
			items: prompts(3),
			node: { executeOnce: true },
		});
		expect(items).toHaveLength(1);
		expect(submits().map(({ body }) => body.prompt)).toEqual(['prompt 0']);
	});

	test('service.getStatus gives its modes for each item', async () => {
		const data = { fast: { status: 200 }, turbo: { status: 200 } };
		answer('GET', `${API}${STATUS}`, { json: { status: 'SUCCESS', message: '', data } });
		const { items } = await runWorkflow(workflowOf('service.getStatus'), { items: [{}, {}] });
		expect(items.map(({ json, pairedItem }) => [json.mode, pairedItem])).toEqual([
			['fast', { item: 0 }],
			['turbo', { item: 0 }],
			['fast', { item: 1 }],
			['turbo', { item: 1 }],
		]);
	});
});

describe('parameters by expression', () => {
	const both = [
		{
			n: 1,
			prompt: 'a',
			mode: 'fast',
			timeout: 300,
			hook: 'https://a.example.com/?x=ä',
			wanted: true,
		},
		{
			n: 2,
			prompt: 'b',
			mode: 'relax',
			timeout: 900,
			hook: 'https://b.example.com/',
			wanted: false,
		},
	];

	test('imagine evaluates each for its item', async () => {
		playTtapi();
		await runWorkflow(workflowOf('imagine'), {
			items: both,
			parameters: {
				mode: '={{ $json.mode }}',
				options: {
					timeout: '={{ $json.timeout }}',
					hookUrl: '={{ $json.hook }}',
					getUImages: '={{ $json.wanted }}',
					translation: '={{ $json.wanted }}',
				},
			},
		});
		expect(submits().map(({ body }) => body)).toEqual([
			{
				prompt: 'a',
				mode: 'fast',
				timeout: 300,
				hookUrl: both[0].hook,
				getUImages: true,
				translation: true,
			},
			{ prompt: 'b', mode: 'relax', timeout: 900, hookUrl: both[1].hook, translation: false },
		]);
	});

	test('simplify is read for each item', async () => {
		playTtapi();
		const { items } = await runWorkflow(workflowOf('imagine'), {
			items: both,
			parameters: { options: { simplify: '={{ $json.wanted }}' } },
		});
		expect(items.map(({ json }) => 'data' in json)).toEqual([false, true]);
	});

	test('onTimeout and maxWait are read for each item', async () => {
		playTtapi({ seconds: 100 });
		const { items } = await runWorkflow(workflowOf('imagine'), {
			items: both,
			parameters: {
				options: {
					maxWait: '={{ $json.n === 1 ? 30 : 300 }}',
					onTimeout: '={{ $json.n === 1 ? "continue" : "error" }}',
				},
			},
		});
		expect(items.map(({ json }) => [json.status, json.timedOut])).toEqual([
			['ON_QUEUE', true],
			['SUCCESS', undefined],
		]);
	});

	test('an action that is not in the dropdown is sent as it is, where the job offers it', async () => {
		playTtapi({ before: { g1: ['upsample3'], g2: ['reroll', 'brand_new'] } });
		const { items } = await runWorkflow(workflowOf('action'), {
			items: [
				{ jobId: 'g1', press: 'upsample3' },
				{ jobId: 'g2', press: 'brand_new' },
			],
			parameters: { action: '={{ $json.press }}' },
		});
		expect(submits().map(({ body }) => body)).toEqual([
			{ jobId: 'g1', action: 'upsample3' },
			{ jobId: 'g2', action: 'brand_new' },
		]);
		expect(items[1].json.action).toBe('brand_new');
	});

	test('pictures, their source and dimensions are read for each item', async () => {
		playTtapi();
		await runWorkflow(workflowOf('blend'), {
			items: [
				itemWith(
					{ x: png(1, 1), y: png(2, 2) },
					{ from: 'binary', fields: 'y,x', shape: 'LANDSCAPE' },
				),
				{
					from: 'base64',
					fields: '',
					shape: 'PORTRAIT',
					text: [png(3, 3), png(4, 4)].map((p) => p.toString('base64')),
				},
			],
			parameters: {
				imageInput: '={{ $json.from }}',
				binaryPropertyName: '={{ $json.fields }}',
				imagesBase64: '={{ $json.text }}',
				dimensions: '={{ $json.shape }}',
			},
		});
		// Which of two jobs is submitted first is nobody's promise.
		const bodies = submits()
			.map(({ body }) => body)
			.sort((a, b) => a.dimensions.localeCompare(b.dimensions));
		expect(bodies.map(({ dimensions }) => dimensions)).toEqual(['LANDSCAPE', 'PORTRAIT']);
		expect(bodies.map(({ imgBase64Array }) => imgBase64Array)).toEqual(
			[
				[2, 1],
				[3, 4],
			].map((sizes) => sizes.map((n) => `data:image/png;base64,${png(n, n).toString('base64')}`)),
		);
	});

	test.each([
		['maxInFlight', '={{ $json.n }}', [1, 5, 5]],
		['maxInFlight', '={{ $json.n === 1 ? 1 : "nonsense" }}', [1, 2, 3]],
	])('%s is read from the first item: %s', async (name, value, ns) => {
		const jobs = playTtapi({ seconds: 20 });
		await runWorkflow(workflowOf('imagine'), {
			items: ns.map((n) => ({ n, prompt: 'a' })),
			parameters: { options: { [name]: value } },
		});
		expect(mostAtOnce(jobs, 20)).toBe(1);
		expect(jobs).toHaveLength(3);
	});

	test('pollInterval is read from the first item', async () => {
		playTtapi({ seconds: 1 });
		await runWorkflow(workflowOf('imagine'), {
			items: [
				{ n: 2, prompt: 'a' },
				{ n: 200, prompt: 'b' },
				{ n: 0, prompt: 'c' },
			],
			parameters: { options: { pollInterval: '={{ $json.n }}' } },
		});
		const looks = sent.filter(({ path }) => path === FETCH.image);
		expect(looks).toHaveLength(3);
		for (const { at } of looks) expect(Math.round(at / 1000)).toBe(2);
	});

	test('download takes no expression', async () => {
		const { TtapiMidjourney } = await import('../../nodes/TtapiMidjourney/TtapiMidjourney.node.ts');
		const fixed = new TtapiMidjourney().description.properties.filter(({ name }) =>
			['resource', 'operation', 'waitForResult', 'download'].includes(name),
		);
		expect(fixed.map(({ noDataExpression }) => noDataExpression)).toEqual(fixed.map(() => true));
	});
});
