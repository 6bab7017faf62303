import { describe, expect, test } from '@jest/globals';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { CHECK, cutOut } from '../operations.mts';
import { answer, sent, type Answer } from './support/http.mts';
import { callbackFor, pauseAndStore, runUntilPause } from './support/pausing.mts';
import { itemWith, png } from './support/pictures.mts';
import { retry } from './support/retry.mts';
import { runWorkflow, type Result, type RunOptions } from './support/runWorkflow.mts';
import { PAID, playTtapi, type World, refused } from './support/ttapi.mts';
import { passes } from './support/virtualTime.mts';
import { workflowOf, type OperationName } from './support/workflows.mts';

const paths: readonly string[] = Object.values(PAID);
const submits = () => sent.filter(({ path }) => paths.includes(path));
const checks = () => sent.filter(({ path }) => path === CHECK);
const BAD = 'a cat --aspct 16:9';
const GOOD = 'a cat --ar 16:9';
/** What is wrong with {@link BAD}. */
const aspct = [expect.stringContaining('--aspct')];

/** Each operation that sends a prompt, with an item that has one. */
const OPERATIONS: Array<[OperationName, (prompt: string) => INodeExecutionData]> = [
	['imagine', (prompt) => ({ json: { prompt } })],
	['inpaint', (prompt) => itemWith({ data: png() }, { prompt, jobId: 'grid' })],
	['edit', (prompt) => itemWith({ data: cutOut() }, { prompt })],
	['video.create', (prompt) => ({ json: { prompt, imageUrl: 'https://example.com/a.png' } })],
];
/** The job that inpaint goes on from. */
const grid = { status: 'SUCCESS', jobId: 'grid', message: '', data: { jobId: 'grid' } };
const withGrid: World = {
	fetch: ({ query }) => (query.jobId === 'grid' ? { json: grid } : undefined),
};
const banned = (words: string): Answer => ({
	json: { status: 'FAILED', message: `banned prompt words：${words}` },
});
/** TTAPI bans "sexy". */
const bans: World['check'] = ({ body }) => (/sexy/.test(body.prompt) ? banned('sexy') : undefined);

const imagine = async (
	prompts: string[],
	options: IDataObject = {},
	world: World = {},
	more: RunOptions = {},
) => {
	playTtapi(world);
	return await runWorkflow(workflowOf('imagine'), {
		items: prompts.map((prompt) => ({ prompt })),
		...more,
		parameters: { ...more.parameters, options },
	});
};
const warnings = ({ hints }: Result) => hints.filter(({ type }) => type === 'warning');

describe('a prompt that is not right', () => {
	test.each(OPERATIONS)('is sent, and its item says so: %s', async (operation, itemOf) => {
		playTtapi(withGrid);
		const run = await runWorkflow(workflowOf(operation), { items: [itemOf(BAD)] });
		expect(submits().map(({ body }) => body.prompt)).toEqual([BAD]);
		expect(run.items[0].json).toMatchObject({ status: 'SUCCESS', promptWarnings: aspct });
		expect(warnings(run)).toEqual([
			{
				message: expect.stringMatching(/item 0.*--aspct/),
				...{ type: 'warning', location: 'outputPane' },
			},
		]);
	});

	test.each(OPERATIONS)('fails for free, if that is chosen: %s', async (operation, itemOf) => {
		playTtapi(withGrid);
		const { error } = await runWorkflow(workflowOf(operation), {
			items: [itemOf(GOOD), itemOf(BAD)],
			parameters: { options: { promptLint: 'error' } },
		});
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 1 } });
		expect(error?.message).toMatch(/--aspct/);
		expect(error?.description?.length).toBeGreaterThan(10);
		expect(submits()).toEqual([]);
	});

	test.each(OPERATIONS)("is nobody's business, if that is chosen: %s", async (name, itemOf) => {
		playTtapi(withGrid);
		const run = await runWorkflow(workflowOf(name), {
			items: [itemOf(BAD)],
			parameters: { options: { promptLint: 'off' } },
		});
		expect(submits()).toHaveLength(1);
		expect(run.items[0].json).not.toHaveProperty('promptWarnings');
		expect(warnings(run)).toEqual([]);
	});

	test.each(OPERATIONS)('is told from one that is: %s', async (operation, itemOf) => {
		playTtapi(withGrid);
		const run = await runWorkflow(workflowOf(operation), {
			items: [itemOf(GOOD)],
			parameters: { options: { promptLint: 'warn' } },
		});
		expect(run.items[0].json).not.toHaveProperty('promptWarnings');
		expect(warnings(run)).toEqual([]);
	});

	test('among others is on its own item, and one hint tells of all', async () => {
		const run = await imagine([GOOD, BAD, 'an owl --ar16:9 --chaos 101']);
		expect(run.items.map(({ json }) => json.promptWarnings)).toEqual([
			undefined,
			aspct,
			[expect.stringContaining('--ar'), expect.stringContaining('chaos')],
		]);
		const [hint, ...others] = warnings(run);
		expect(hint.message).toMatch(/item 1\b.*--aspct.*2 items/);
		expect(others).toEqual([]);
	});

	test('may be chosen by each item', async () => {
		const { items, error } = await imagine([BAD, BAD], {
			promptLint: '={{ $itemIndex ? "off" : "warn" }}',
		});
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => 'promptWarnings' in json)).toEqual([true, false]);
	});

	test('is refused by name where an expression chooses something else', async () => {
		const { error } = await imagine([GOOD], { promptLint: '={{ "shout" }}' });
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			message: `'Prompt Lint' can't be "shout"`,
		});
		expect(sent).toEqual([]);
	});

	test('is judged together with the parameters that are typed', async () => {
		const parameters = {
			promptParameters: { version: '7', characterReferences: 'https://a.example/c.png' },
		};
		const run = await imagine(['a cat'], {}, {}, { parameters });
		const [{ body }] = submits();
		expect(body.prompt).toMatch(/^a cat .*--cref https:\/\/a\.example\/c\.png/);
		expect(run.items[0].json.promptWarnings).toEqual([expect.stringContaining('--cref')]);
	});

	test('is not told by the raw answer, which is untouched, but by the hint', async () => {
		const run = await imagine([BAD], { simplify: false });
		expect(JSON.stringify(run.items)).not.toContain('promptWarnings');
		expect(warnings(run)).toHaveLength(1);
	});

	test.each([
		[true, /2 items have such warnings: see promptWarnings\.$/],
		[false, /2 items have such warnings\.$/],
	])(
		'among several is told by a hint that names what is there: Simplify %s',
		async (simplify, says) => {
			const run = await imagine([BAD, BAD], { simplify });
			expect(warnings(run).map(({ message }) => message)).toEqual([expect.stringMatching(says)]);
			expect('promptWarnings' in run.items[0].json).toBe(simplify);
		},
	);

	test('is told also where the job is not waited for', async () => {
		const { items } = await imagine([BAD], {}, {}, { parameters: { waitForResult: 'none' } });
		expect(items[0].json).toMatchObject({ status: 'SUBMITTED', promptWarnings: aspct });
	});

	test('is told also where the job did not end in time', async () => {
		const options = { maxWait: 20, onTimeout: 'continue' };
		const { items } = await imagine([BAD], options, { seconds: 9999 });
		expect(items[0].json).toMatchObject({ timedOut: true, promptWarnings: aspct });
	});

	test('is told on each item of one input', async () => {
		for (const corner of ['tl', 'tr', 'bl', 'br'])
			answer('GET', `https://cdn.ttapi.io/job-1_${corner}.png`, { status: 200, body: png() });
		const parameters = { download: 'itemPerImage' };
		const { items } = await imagine([BAD], {}, {}, { parameters });
		expect(items.map(({ json }) => json.promptWarnings)).toEqual(Array(4).fill(aspct));
	});

	test('is told under "Continue", beside an item that fails', async () => {
		const node = { onError: 'continueRegularOutput' as const };
		const { items } = await imagine(
			[BAD, 'a dog --aspct 1:1'],
			{},
			{ fails: ({ body }) => (/dog/.test(body.prompt) ? '[Image denied]' : undefined) },
			{ node },
		);
		expect(items[0].json).toMatchObject({ status: 'SUCCESS', promptWarnings: aspct });
		expect(Object.keys(items[1].json)).toEqual(['error']);
	});

	test('fails alone under "Continue", if it is to fail', async () => {
		const node = { onError: 'continueRegularOutput' as const };
		const { items } = await imagine([BAD, GOOD], { promptLint: 'error' }, {}, { node });
		expect(items.map(({ json }) => Object.keys(json).includes('error'))).toEqual([true, false]);
		expect(submits().map(({ body }) => body.prompt)).toEqual([GOOD]);
	});

	test('is told after a pause, too, and also where its time ran out', async () => {
		playTtapi({ seconds: 60 });
		const stored = await pauseAndStore({ items: [{ prompt: BAD }, { prompt: GOOD }] });
		const late = await stored.timeIsUp();
		await passes(60);
		const { resumed } = await stored.callback(callbackFor('job-1'));
		for (const run of [resumed!, late]) {
			const told = run.seenBy.Done.map(({ json }) => json.promptWarnings);
			expect(told).toEqual([aspct, undefined]);
		}
	});

	test('is told by a hint before a pause', async () => {
		playTtapi({ seconds: 60 });
		const run = await runUntilPause({ items: [{ prompt: BAD }] });
		expect(run.status).toBe('waiting');
		expect(warnings(run)).toHaveLength(1);
	});
});

describe('a prompt that TTAPI checks first', () => {
	const checked = { checkPrompt: true };

	test.each(OPERATIONS)('is checked and sent: %s', async (operation, itemOf) => {
		playTtapi(withGrid);
		await runWorkflow(workflowOf(operation), {
			items: [itemOf(GOOD)],
			parameters: { options: checked },
		});
		expect(checks().map(({ body }) => body)).toEqual([{ prompt: GOOD }]);
		expect(submits()).toHaveLength(1);
	});

	test.each(OPERATIONS)(
		'keeps the whole run from being paid, if it has a banned word: %s',
		async (operation, itemOf) => {
			playTtapi({ ...withGrid, check: bans });
			const { error } = await runWorkflow(workflowOf(operation), {
				items: [itemOf(GOOD), itemOf('a sexy cat')],
				parameters: { options: checked },
			});
			expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 1 } });
			expect(error?.message).toMatch(/sexy/);
			expect(submits()).toEqual([]);
		},
	);

	test('is checked once for all items that have it', async () => {
		const { items } = await imagine([GOOD, GOOD, 'a dog', GOOD], checked);
		expect(checks().map(({ body }) => body.prompt)).toEqual([GOOD, 'a dog']);
		expect(items).toHaveLength(4);
	});

	test('is refused for each item that has it', async () => {
		const node = { onError: 'continueRegularOutput' as const };
		const { items } = await imagine(['sexy', 'sexy'], checked, { check: bans }, { node });
		expect(items.map(({ json }) => Object.keys(json))).toEqual([['error'], ['error']]);
		expect(checks()).toHaveLength(1);
		expect(submits()).toEqual([]);
	});

	test('is checked as it goes out: with the parameters that are typed', async () => {
		const parameters = { promptParameters: { aspectRatio: '3:2', raw: true } };
		await imagine(['a cat'], checked, {}, { parameters });
		const [{ body }] = submits();
		expect(body.prompt).toMatch(/^a cat --/);
		expect(checks().map(({ body: { prompt } }) => prompt)).toEqual([body.prompt]);
	});

	test('is not checked unless that was added', async () => {
		await imagine([GOOD]);
		await imagine([GOOD], { checkPrompt: false });
		expect(checks()).toEqual([]);
	});

	test('need not be there for inpaint: then nothing is judged or checked', async () => {
		playTtapi(withGrid);
		const run = await runWorkflow(workflowOf('inpaint'), {
			items: [itemWith({ data: png() }, { jobId: 'grid' })],
			parameters: { options: { ...checked, promptLint: 'error' } },
		});
		expect(run.status).toBe('success');
		expect(checks()).toEqual([]);
		expect(submits()[0].body).not.toHaveProperty('prompt');
	});

	test('is one of an item: only those are checked that want it', async () => {
		await imagine(['a', 'b', 'c'], { checkPrompt: '={{ $itemIndex !== 1 }}' });
		expect(checks().map(({ body }) => body.prompt)).toEqual(['a', 'c']);
	});

	test('fails alone under "Continue"', async () => {
		const node = { onError: 'continueRegularOutput' as const };
		const { items } = await imagine(['a sexy cat', GOOD], checked, { check: bans }, { node });
		expect(items.map(({ json }) => json)).toMatchObject([
			{ error: { message: expect.stringMatching(/sexy/) } },
			{ status: 'SUCCESS' },
		]);
		expect(submits().map(({ body }) => body.prompt)).toEqual([GOOD]);
	});

	test.each<[string, Answer]>([
		['banned words by HTTP 400', refused(400, 'banned prompt words：sexy')],
		['a reason without words', { json: { status: 'FAILED', message: 'too sexy' } }],
	])('may be refused in other words: %s', async (_title, no) => {
		const { error } = await imagine([GOOD], checked, { check: () => no });
		expect(error?.message).toMatch(/sexy/);
		expect(submits()).toEqual([]);
	});

	test.each<[string, Answer]>([
		['HTTP 404', { status: 404, body: {} }],
		['HTTP 503', { status: 503 }],
		['a refused key', refused(401)],
	])('is not paid where it cannot be checked: %s', async (_title, no) => {
		const { error } = await imagine([GOOD], checked, { check: () => no });
		expect(error?.name).toBe('NodeApiError');
		expect(submits()).toEqual([]);
	});

	test('is not checked again for a job that is paid already', async () => {
		const account = { quota: 0 };
		const failed = await imagine(['a', 'b'], checked, {
			submit: ({ body }) => (body.prompt === 'b' && account.quota === 0 ? refused(402) : undefined),
		});
		expect(failed.error?.httpCode).toBe('402');
		account.quota = 1;
		sent.length = 0;
		await retry(failed);
		expect(checks().map(({ body }) => body.prompt)).toEqual(['b']);
		expect(submits().map(({ body }) => body.prompt)).toEqual(['b']);
	});

	test('is judged here first, which is quicker: TTAPI is not asked', async () => {
		const { error } = await imagine([BAD], { ...checked, promptLint: 'error' });
		expect(error?.message).toMatch(/--aspct/);
		expect(sent).toEqual([]);
	});
});

describe('typed parameters of a prompt', () => {
	test('are put behind it, and image prompts before it', async () => {
		const promptParameters = {
			...{ aspectRatio: '16:9', version: '7', stylize: 250, chaos: 10, raw: true, tile: true },
			...{ imagePrompts: 'https://a.example/1.png', no: 'text, people', seed: 0 },
		};
		await imagine(['a cat'], {}, {}, { parameters: { promptParameters } });
		const [{ body }] = submits();
		expect(body.prompt).toMatch(/^https:\/\/a\.example\/1\.png a cat --/);
		for (const flag of ['--ar 16:9', '--v 7', '--s 250', '--c(haos)? 10', '--raw|--style raw'])
			expect(body.prompt).toMatch(new RegExp(flag));
		for (const flag of ['--tile', '--no text, people', '--seed 0'])
			expect(body.prompt).toContain(flag);
		expect(Object.keys(body)).toEqual(['prompt', 'mode']);
	});

	test('give way to what is typed in the prompt itself', async () => {
		const promptParameters = { aspectRatio: '16:9', stylize: 250 };
		await imagine(['a cat --aspect 1:1'], {}, {}, { parameters: { promptParameters } });
		const [{ body }] = submits();
		expect(body.prompt).toMatch(/--aspect 1:1|--ar 1:1/);
		expect(body.prompt).not.toContain('16:9');
		expect(body.prompt).toMatch(/--s(tylize)? 250/);
	});

	test('are read for each item', async () => {
		const promptParameters = { stylize: '={{ $itemIndex * 100 }}' };
		await imagine(['a', 'b'], {}, {}, { parameters: { promptParameters } });
		expect(submits().map(({ body }) => body.prompt)).toEqual([
			expect.stringMatching(/^a --s\w* 0$/),
			expect.stringMatching(/^b --s\w* 100$/),
		]);
	});

	test('leave the prompt as it is where there are none', async () => {
		await imagine(
			['  a cat,  two dogs --ar 3:2'],
			{},
			{},
			{ parameters: { promptParameters: {} } },
		);
		expect(submits()[0].body.prompt).toBe('a cat,  two dogs --ar 3:2');
	});

	test.each([
		[
			'an object',
			'styleReferences',
			'{ url: "https://a.example/1.png" }',
			"'Style References' must be text (got an object)",
		],
		[
			'a list with an object',
			'imagePrompts',
			'["https://a.example/1.png", { url: "x" }]',
			"'Image Prompts' must be text (got an object)",
		],
		['no number', 'chaos', 'NaN', "'Chaos' must be a number (got NaN)"],
		['a list with no number', 'no', '["text", Number("many")]', "'No' must be text (got NaN)"],
	])('that are %s, by expression, fail for free: %s', async (_title, name, given, says) => {
		const promptParameters = { aspectRatio: '16:9', [name]: `={{ ${given} }}` };
		const { error } = await imagine(['a cat'], {}, {}, { parameters: { promptParameters } });
		expect(error).toMatchObject({
			...{ name: 'NodeOperationError', message: says, context: { itemIndex: 0 } },
		});
		expect(error?.description?.length).toBeGreaterThan(10);
		expect(sent).toEqual([]);
	});

	test.each([
		[
			'a list',
			'imagePrompts',
			'["https://a.example/1.png"]',
			/^https:\/\/a\.example\/1\.png a cat$/,
		],
		['a number as a text', 'chaos', '"10"', /^a cat --c\w* 10$/],
		['null', 'chaos', 'null', /^a cat$/],
		['nothing', 'chaos', '$json.nothing', /^a cat$/],
		['several in braces', 'chaos', '"{10, 20}"', /^a cat --c \{10, 20\}$/],
	])('that are %s, by expression, are taken', async (_title, name, given, prompt) => {
		const promptParameters = { [name]: `={{ ${given} }}` };
		await imagine(['a cat'], {}, {}, { parameters: { promptParameters } });
		expect(submits().map(({ body }) => body.prompt)).toEqual([expect.stringMatching(prompt)]);
	});

	test('that are not right fail for free, if that is chosen', async () => {
		const promptParameters = { chaos: '={{ 500 }}' };
		const options = { promptLint: 'error' };
		const { error } = await imagine(['a cat'], options, {}, { parameters: { promptParameters } });
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		expect(error?.message).toMatch(/--c.*500/);
		expect(sent).toEqual([]);
	});
});
