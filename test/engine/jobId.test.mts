import { describe, expect, test } from '@jest/globals';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { FETCH } from '../operations.mts';
import { sent } from './support/http.mts';
import { itemWith, png } from './support/pictures.mts';
import { runWorkflow } from './support/runWorkflow.mts';
import { PAID, playTtapi } from './support/ttapi.mts';
import { workflowOf, type OperationName } from './support/workflows.mts';

const JOB_ID = 'afa774a3-1aee-5aba-4510-14818d6875e4';

/** Every operation that is about a job: where the job's ID goes, by a submit or as what is fetched. */
const OPERATIONS: Array<[name: OperationName, path: string, parameters?: IDataObject]> = [
	['action', PAID.action, { action: 'upsample1' }],
	['inpaint', PAID.inpaint],
	['getSeed', PAID.getSeed],
	['video.extend', PAID['video.extend']],
	['job.get', FETCH.image],
	['job.wait', FETCH.image],
];

/** A finished job of the family that the operation needs. */
const dataOf = (name: OperationName) =>
	name === 'video.extend'
		? { videos: ['https://cdn.ttapi.io/1.mp4'] }
		: { action: 'upsample2', width: 1024, height: 768, components: null };

async function run(
	[name, path, parameters]: (typeof OPERATIONS)[number],
	jobId: unknown,
	json: IDataObject = {},
) {
	playTtapi({
		fetch: ({ query, body }) => ({
			json: {
				...{ status: 'SUCCESS', message: 'success', jobId: query.jobId ?? body.jobId },
				data: dataOf(name),
			},
		}),
	});
	const item: INodeExecutionData = itemWith({ data: png(1024, 768) }, json);
	const { items, error } = await runWorkflow(workflowOf(name), {
		items: [item],
		parameters: { ...parameters, ...(jobId === undefined ? {} : { jobId }) } as IDataObject,
	});
	const [asked] = sent.filter((request) => request.path === path);
	return { items, error, asked: asked && (asked.body?.jobId ?? asked.query.jobId) };
}

const locator = (mode: string, value: unknown, more: object = {}) => ({
	...{ __rl: true, mode, value, ...more },
});

const chosen = { cachedResultName: 'a fox · Imagine', cachedResultUrl: 'https://c.example/1.png' };

/** The forms in which a saved workflow may hold the job's ID. The item holds it as `jobId`, and as `id` in other words. */
const FORMS: Array<[title: string, jobId: unknown]> = [
	['nothing, so that it is that of the item', undefined],
	['a plain text', JOB_ID],
	['a plain text with spaces around it', `  ${JOB_ID}\n`],
	['an expression', '={{ $json.other.id }}'],
	['a text with an expression in it', '={{ $json.start }}-1aee-5aba-4510-14818d6875e4'],
	['By ID', locator('id', JOB_ID)],
	['By ID with spaces around it', locator('id', ` ${JOB_ID}\t`)],
	['By ID with an expression', locator('id', '={{ $json.other.id }}')],
	['By ID with an expression that gives spaces around it', locator('id', '= {{ $json.jobId }} ')],
	['From List', locator('list', JOB_ID, chosen)],
	['From List, with an expression', locator('list', '={{ $json.other.id }}', chosen)],
	['By ID as written by hand', { mode: 'id', value: JOB_ID }],
	['a way that is none', locator('url', JOB_ID)],
];

describe.each(OPERATIONS)('the job of %s', (...operation) => {
	test.each(FORMS)('may be saved as %s', async (_title, jobId) => {
		const json = { jobId: JOB_ID, other: { id: JOB_ID }, start: 'afa774a3' };
		const { asked, error, items } = await run(operation, jobId, json);
		expect(error?.message).toBeUndefined();
		expect(items).toHaveLength(1);
		expect(asked).toBe(JOB_ID);
	});

	test.each<[string, unknown]>([
		['the item has none', undefined],
		['its expression gives none', '={{ $json.none }}'],
		['its expression gives null', locator('id', '={{ null }}')],
		['its expression gives an empty text', locator('id', '={{ "" }}')],
		['its expression gives spaces', locator('list', '={{ "  " }}')],
		['it is nothing but spaces', '   '],
		['it is nothing but spaces, By ID', locator('id', ' \t ')],
	])('is missed before anything is sent if %s', async (_title, jobId) => {
		const { error } = await run(operation, jobId);
		expect(error).toMatchObject({
			...{ name: 'NodeOperationError', message: "'Job ID' is empty", context: { itemIndex: 0 } },
		});
		expect(sent).toEqual([]);
	});

	test.each<[string, unknown]>([
		['an object', locator('id', '={{ { a: 1 } }}')],
		['a list', '={{ [1] }}'],
	])('is refused before anything is sent if it is %s', async (_title, jobId) => {
		const { error } = await run(operation, jobId);
		expect(error?.message).toMatch(/^'Job ID' must be text \(got /);
		expect(sent).toEqual([]);
	});
});

describe('a text of 3 MB', () => {
	const LONG = 'A'.repeat(3_000_000);
	const PICTURE = `data:image/png;base64,${LONG}`;
	const tooLong = async (name: OperationName, parameters: IDataObject) => {
		playTtapi({ before: { grid: ['upsample1'] } });
		const { error } = await runWorkflow(workflowOf(name), {
			items: [{ prompt: 'a cat', picture: PICTURE, long: LONG }],
			parameters,
		});
		expect(error!.message.length).toBeLessThan(300);
		expect(error!.description!.length).toBeLessThan(600);
		return error!;
	};

	test.each(OPERATIONS)('is no job of %s', async (...operation) => {
		const [name, , parameters] = operation;
		const jobId = '={{ $json.picture }}';
		const { message, description } = await tooLong(name, { ...parameters, jobId });
		expect(message).toMatch(
			/^'Job ID' is not the ID of a job \(got "data:image\/png;base64,A+\.\.\."\)$/,
		);
		expect(description).toMatch(/An image is no job\. Enter the ID of a job/);
		expect(sent).toEqual([]);
	});

	test.each<[OperationName, IDataObject, RegExp]>([
		['describe', { imageInput: 'url', imageUrl: '={{ $json.picture }}' }, /choose Base64/],
		[
			'blend',
			{ imageInput: 'url', imageUrls: '={{ [$json.picture, $json.picture] }}' },
			/choose Base64/,
		],
		['edit', { imageInput: 'url', imageUrl: '={{ $json.picture }}' }, /choose Base64/],
		['video.create', { imageUrl: '={{ $json.picture }}' }, /public http\(s\) URL/],
		['describe', { imageInput: 'binary', binaryPropertyName: '={{ $json.long }}' }, /binary/],
		['imagine', { mode: '={{ $json.long }}' }, /Use one of/],
		['action', { jobId: 'grid', action: '={{ $json.long }}' }, /It offers/],
	])('is quoted in short by %s: %j', async (name, parameters, toDo) => {
		const { description } = await tooLong(name, parameters);
		expect(description).toMatch(toDo);
	});
});

test('each item has its own job', async () => {
	playTtapi({ before: { a: null, b: null, c: null } });
	const { items } = await runWorkflow(workflowOf('job.get'), {
		items: [{ id: 'a' }, { id: ' b ' }, { id: 'c' }],
		parameters: { jobId: locator('id', '={{ $json.id }}') },
	});
	expect(items.map(({ json }) => json.jobId)).toEqual(['a', 'b', 'c']);
});

test('n8n evaluates the name of a chosen job if it begins with an equals sign', async () => {
	const { error } = await runWorkflow(workflowOf('job.get'), {
		parameters: { jobId: locator('list', JOB_ID, { cachedResultName: "={{ $('None').item }}" }) },
	});
	expect(error?.message).toMatch(/node doesn't exist/);
	expect(sent).toEqual([]);
});

test('a number is the text of its digits', async () => {
	playTtapi({ before: { '4711': null } });
	for (const jobId of [4711, '={{ 4711 }}', locator('id', 4711), locator('id', '={{ 4711 }}')]) {
		const { items } = await runWorkflow(workflowOf('job.get'), {
			parameters: { jobId } as IDataObject,
		});
		expect(items[0].json.jobId).toBe('4711');
	}
});

test.each([[''], [locator('id', '')], [locator('list', '')], [locator('list', null)]])(
	'n8n itself does not run a node without a job: %j',
	async (jobId) => {
		const run = runWorkflow(workflowOf('job.get'), { parameters: { jobId } as IDataObject });
		await expect(run).rejects.toThrow('Parameter "Job ID" is required.');
		expect(sent).toEqual([]);
	},
);
