/** The user's own key for a job: on the item, in the callback URL, and out of the trigger. */
import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { answer, sent } from './support/http.mts';
import { callbackFor, pauseAndStore } from './support/pausing.mts';
import { png } from './support/pictures.mts';
import { runWorkflow, type RunOptions } from './support/runWorkflow.mts';
import { ActiveWorkflow } from './support/trigger.mts';
import { API, PAID, playTtapi, type World } from './support/ttapi.mts';
import { passes } from './support/virtualTime.mts';
import { workflowOf } from './support/workflows.mts';

const submits = () => sent.filter(({ path }) => path === PAID.imagine);

const imagine = async (options: IDataObject, world: World = {}, more: RunOptions = {}) => {
	playTtapi(world);
	return await runWorkflow(workflowOf('imagine'), {
		items: [{ prompt: 'a', row: 7 }],
		...more,
		parameters: { ...more.parameters, options },
	});
};

describe('comes out on the item', () => {
	test.each([
		['row 12', 'row 12'],
		['={{ $json.row }}', '7'],
		['  padded ', 'padded'],
	])('%j as %j', async (reference, expected) => {
		const { items } = await imagine({ reference });
		expect(items[0].json).toMatchObject({ status: 'SUCCESS', reference: expected });
	});

	test.each([undefined, '', '={{ $json.nothing }}'])(
		'only if one was given: not with %j',
		async (reference) => {
			const { items } = await imagine(reference === undefined ? {} : { reference });
			expect(items[0].json).not.toHaveProperty('reference');
		},
	);

	test('of each item with its own', async () => {
		const items = ['a', 'b', 'c'].map((prompt, row) => ({ prompt, row }));
		const run = await imagine({ reference: '={{ $json.row }}' }, {}, { items });
		expect(run.items.map(({ json }) => [json.prompt, json.reference])).toEqual([
			['a', '0'],
			['b', '1'],
			['c', '2'],
		]);
	});

	test('also if nobody waits for the job', async () => {
		const receipt = await imagine(
			{ reference: 'x' },
			{},
			{ parameters: { waitForResult: 'none' } },
		);
		expect(receipt.items[0].json).toMatchObject({ status: 'SUBMITTED', reference: 'x' });
	});

	test('also if its time runs out', async () => {
		const options = { reference: 'x', maxWait: 20, onTimeout: 'continue' };
		const late = await imagine(options, { seconds: 9999 });
		expect(late.items[0].json).toMatchObject({ timedOut: true, reference: 'x' });
	});

	test('once for each image of a job', async () => {
		for (const corner of ['tl', 'tr', 'bl', 'br'])
			answer('GET', `https://cdn.ttapi.io/job-1_${corner}.png`, { status: 200, body: png() });
		const parameters = { download: 'itemPerImage' };
		const { items } = await imagine({ reference: 'x' }, {}, { parameters });
		expect(items.map(({ json }) => json.reference)).toEqual(Array(4).fill('x'));
	});

	test('after a pause', async () => {
		playTtapi({ seconds: 60 });
		const parameters = { options: { reference: '={{ $json.prompt }}!' } };
		const stored = await pauseAndStore({ items: [{ prompt: 'a' }, { prompt: 'b' }], parameters });
		await passes(60);
		const { resumed } = await stored.callback(callbackFor('job-1'));
		expect(resumed!.seenBy.Done.map(({ json }) => json.reference)).toEqual(['a!', 'b!']);
	});

	test("not in TTAPI's own body, which stays untouched", async () => {
		const { items } = await imagine({ reference: 'x', simplify: false });
		expect(JSON.stringify(items)).not.toContain('reference');
	});
});

describe('in the callback URL of the user', () => {
	test.each([
		['https://hook.example/a', 'https://hook.example/a?reference=r%201'],
		['https://hook.example/a?', 'https://hook.example/a?reference=r%201'],
		['https://hook.example/a?token=t%20+x', 'https://hook.example/a?token=t%20+x&reference=r%201'],
		['https://hook.example/a?b=1&', 'https://hook.example/a?b=1&reference=r%201'],
		['https://hook.example/a#top', 'https://hook.example/a?reference=r%201#top'],
		['https://hook.example/a?b=1#t?o&p', 'https://hook.example/a?b=1&reference=r%201#t?o&p'],
	])('%s is sent as %s', async (hookUrl, expected) => {
		await imagine({ hookUrl, reference: 'r 1' });
		expect(submits().map(({ body }) => body.hookUrl)).toEqual([expected]);
	});

	test.each(['a&b=c#d', 'ü+%', '50 % off', 'a/b?c', '日本', '\ud800'])(
		'%j is percent-encoded, and the trigger reads it again',
		async (reference) => {
			await imagine({ hookUrl: 'https://hook.example/a', reference });
			const [{ body }] = submits();
			expect(body.hookUrl).toMatch(/^https:\/\/hook\.example\/a\?reference=[\w%.*-]+$/);
			expect(new URL(body.hookUrl).searchParams.get('reference')).toBe(
				reference.replace('\ud800', '\ufffd'),
			);
		},
	);

	test('a key that is there already is refused before anything is sent', async () => {
		const { error } = await imagine({
			hookUrl: 'https://hook.example/a?reference=mine',
			reference: 'x',
		});
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		expect(error?.message).toMatch(/'Callback URL'.*reference/);
		expect(sent).toEqual([]);
	});

	test('a key of the user stays as it is, if no Reference is added', async () => {
		await imagine({ hookUrl: 'https://hook.example/a?reference=mine' });
		expect(submits()[0].body.hookUrl).toBe('https://hook.example/a?reference=mine');
	});

	test('does not tell requests apart: a retry with another reference uses the same job', async () => {
		playTtapi({
			fails: ({ body }) =>
				body.prompt === 'b' && submits().length < 3 ? 'Execution error' : undefined,
		});
		const run = await runWorkflow(workflowOf('imagine'), {
			items: [{ prompt: 'a' }, { prompt: 'b' }],
			node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1000 },
			parameters: { options: { reference: '={{ $now.toMillis() }}' } },
		});
		expect(run.status).toBe('success');
		expect(submits().map(({ body }) => body.prompt)).toEqual(['a', 'b', 'b']);
	});
});

describe('out of the trigger', () => {
	const job = (hookUrl: unknown) => ({
		status: 'SUCCESS',
		jobId: 'job-1',
		message: 'success',
		data: { jobId: 'job-1', action: 'imagine', hookUrl },
	});
	const called = async (hookUrl: unknown, parameters: IDataObject = {}, body?: IDataObject) => {
		answer('GET', `${API}/midjourney/v1/fetch?jobId=job-1`, { json: job(hookUrl) });
		const workflow = new ActiveWorkflow(parameters);
		const { run } = await workflow.call({ body: body ?? callbackFor('job-1') });
		return run!.seenBy.Done[0].json;
	};

	test('it is what TTAPI repeats of the callback URL, which itself is not shown', async () => {
		const json = await called('https://n8n.example.com/webhook/x/callback?token=s&reference=r%201');
		expect(json).toMatchObject({ jobId: 'job-1', reference: 'r 1' });
		expect(JSON.stringify(json)).not.toContain('token');
	});

	test.each([
		undefined,
		null,
		'',
		'no url',
		7,
		'https://a.example/',
		'https://a.example/?reference=',
	])('there is none if the callback URL says none: %j', async (hookUrl) => {
		expect(await called(hookUrl)).not.toHaveProperty('reference');
	});

	test('what the caller says of it is not believed', async () => {
		const forged = job('https://n8n.example.com/x?reference=forged');
		expect(await called('', {}, forged)).not.toHaveProperty('reference');
		expect(await called('', { verify: false }, forged)).not.toHaveProperty('reference');
	});
});
