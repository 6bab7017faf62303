import { describe, expect, test } from '@jest/globals';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { sent } from './support/http.mts';
import { itemWith, png } from './support/pictures.mts';
import { runWorkflow } from './support/runWorkflow.mts';
import { workflowOf, type OperationName } from './support/workflows.mts';

interface Case {
	title: string;
	operation?: OperationName;
	item?: INodeExecutionData | IDataObject;
	parameters?: IDataObject;
	options?: IDataObject;
	credential?: IDataObject;
	/** What the message says. */
	says: string | RegExp;
}

const five = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, png()]));
const base64 = png().toString('base64');
/** A value, as an error quotes it. */
const inWords = (value: unknown) => JSON.stringify(value);

const CASES: Case[] = [
	{ title: 'an empty prompt', item: { prompt: '  ' }, says: "'Prompt' is empty" },
	{ title: 'a prompt that the item does not have', item: {}, says: "'Prompt' is empty" },
	{
		title: 'an empty prompt to check',
		operation: 'prompt.check',
		item: {},
		says: "'Prompt' is empty",
	},
	...(['action', 'getSeed', 'job.get', 'job.wait'] as const).map((operation) => ({
		title: `${operation} without a job id`,
		operation,
		item: { jobId: '' },
		says: "'Job ID' is empty",
	})),
	{
		title: 'inpaint without a job id',
		operation: 'inpaint',
		item: itemWith({ data: png() }),
		says: "'Job ID' is empty",
	},
	{
		title: 'an empty action',
		operation: 'action',
		item: { jobId: 'j' },
		parameters: { action: '={{ "" }}' },
		says: "'Action' is empty",
	},
	...[299, 1201, 300.5, 'soon'].map((timeout) => ({
		title: `a job timeout of ${timeout}`,
		options: { timeout },
		says: `'Job Timeout' must be 300 to 1200 seconds (got ${inWords(timeout)})`,
	})),
	{
		title: 'a job timeout of 599 in relax mode',
		parameters: { mode: 'relax' },
		options: { timeout: 599 },
		says: "'Job Timeout' must be 600 to 1200 seconds in relax mode (got 599)",
	},
	...[-1, 'long'].map((maxWait) => ({
		title: `a max wait of ${maxWait}`,
		options: { maxWait },
		says: `'Max Wait' must be 0 to 31536000 seconds (got ${inWords(maxWait)})`,
	})),
	{
		title: 'a max wait of -1 for job.wait',
		operation: 'job.wait',
		item: { jobId: 'j' },
		options: { maxWait: -1 },
		says: "'Max Wait' must be 0 to 31536000 seconds (got -1)",
	},
	...[0, 0.5, 'often'].map((pollInterval) => ({
		title: `a poll interval of ${pollInterval}`,
		options: { pollInterval },
		says: `'Poll Interval' must be 1 to 31536000 seconds (got ${inWords(pollInterval)})`,
	})),
	...[0, -3, 1.5].map((maxInFlight) => ({
		title: `${maxInFlight} jobs in flight`,
		options: { maxInFlight },
		says: `'Max Jobs in Flight' must be a whole number from 1 (got ${maxInFlight})`,
	})),
	...['ftp://example.com/hook', 'example.com/hook', '/hook', 'javascript:alert(1)'].map(
		(hookUrl) => ({
			title: `the callback address ${hookUrl}`,
			options: { hookUrl },
			says: "'Callback URL' is not an http(s) URL",
		}),
	),
	{
		title: 'one picture to blend',
		operation: 'blend',
		item: itemWith({ first: png() }),
		parameters: { binaryPropertyName: 'first' },
		says: '2 to 5 images, but got 1',
	},
	{
		title: 'six pictures to blend',
		operation: 'blend',
		item: itemWith(five),
		parameters: { binaryPropertyName: 'a,b,c,d,e,f' },
		says: '2 to 5 images, but got 6',
	},
	{
		title: 'one address to blend',
		operation: 'blend',
		parameters: { imageInput: 'url', imageUrls: 'https://example.com/1.png' },
		says: 'but got 1',
	},
	{
		title: 'a binary field that is not there',
		operation: 'describe',
		item: itemWith({ other: png() }),
		says: '"data"',
	},
	{ title: 'an item without any binary data', operation: 'describe', item: {}, says: '"data"' },
	{
		title: 'two pictures where one is taken',
		operation: 'describe',
		item: itemWith({ a: png(), b: png() }),
		parameters: { binaryPropertyName: 'a,b' },
		says: 'one image, but got 2',
	},
	{
		title: 'a binary field that is no picture',
		operation: 'describe',
		item: itemWith({ data: Buffer.from('%PDF-1.7') }),
		says: 'does not contain an image',
	},
	{
		title: 'base64 with a letter that it does not have',
		operation: 'describe',
		parameters: { imageInput: 'base64', imageBase64: `${base64}ä` },
		says: 'does not contain an image',
	},
	{
		title: 'base64 of something else',
		operation: 'describe',
		parameters: { imageInput: 'base64', imageBase64: Buffer.from('hello').toString('base64') },
		says: 'does not contain an image',
	},
	{
		title: 'an image address that the item does not have',
		operation: 'describe',
		parameters: { imageInput: 'url', imageUrl: '={{ $json.nothing }}' },
		says: "'Image URL' is empty",
	},
	{
		title: 'an empty custom base URL',
		credential: { baseUrl: 'custom', customBaseUrl: ' ' },
		says: 'Custom Base URL',
	},
	{
		title: 'http:// to a public host',
		credential: { baseUrl: 'custom', customBaseUrl: 'http://proxy.example.com' },
		says: 'http://',
	},
	...['https://user@example.com', 'https://example.com/?a=1', 'ftp://example.com', 'example'].map(
		(customBaseUrl) => ({
			title: `the custom base URL ${customBaseUrl}`,
			credential: { baseUrl: 'custom', customBaseUrl },
			says: 'Custom Base URL',
		}),
	),
	{ title: 'an empty API key', credential: { apiKey: '' }, says: 'API key' },
];

describe('is refused with a clear error, and nothing is sent:', () => {
	test.each(CASES)(
		'$title',
		async ({ operation = 'imagine', item, parameters, options = {}, credential, says }) => {
			const { error, items } = await runWorkflow(workflowOf(operation), {
				items: [item ?? { prompt: 'a' }],
				parameters: { ...parameters, options },
				credential: credential as never,
			});
			expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
			expect(error?.message).toMatch(says);
			expect(error?.description?.length).toBeGreaterThan(10);
			expect([items, sent]).toEqual([[], []]);
		},
	);

	test('a prompt that is left empty in the editor, by n8n itself', async () => {
		const parameters = { prompt: '' };
		await expect(runWorkflow(workflowOf('imagine'), { parameters })).rejects.toThrow(
			/"Prompt" is required/,
		);
	});
});

describe('is what the user has to mend, not to report:', () => {
	test.each<[string, object]>([
		['a credential that is not chosen', { node: { credentials: {} } }],
		[
			'an expression that fails',
			{ parameters: { prompt: '={{ $("Nowhere").item.json.prompt }}' } },
		],
		[
			'an option whose expression fails',
			{ parameters: { options: { timeout: '={{ $("Nowhere").item.json.t }}' } } },
		],
	])('%s', async (_title, options) => {
		const { error } = await runWorkflow(workflowOf('imagine'), {
			items: [{ prompt: 'a' }],
			...options,
		});
		expect(error?.name).not.toBe('NodeApiError');
		expect(error?.message).toBeTruthy();
		expect(String(error?.description)).not.toMatch(/unexpected|report/i);
		expect(sent).toEqual([]);
	});
});
