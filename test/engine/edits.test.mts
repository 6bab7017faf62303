import { describe, expect, jest, test } from '@jest/globals';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import * as real from '../unit/support/pictures.mts';
import { HISTORY, cutOut } from '../operations.mts';
import { connectionError, sent } from './support/http.mts';
import { BinaryDataService, Container } from './support/n8n.mts';
import { itemWith } from './support/pictures.mts';
import { retry } from './support/retry.mts';
import { runWorkflow, type RunOptions } from './support/runWorkflow.mts';
import { PAID, playTtapi, type World, refused } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

const HOOK = 'https://n8n.example.com/hook?b=2&a=%C3%A4+ö#x';
const base64 = (bytes: Buffer) => bytes.toString('base64');
const dataUrl = (bytes: Buffer, type = 'image/png') => `data:${type};base64,${base64(bytes)}`;
const itemOf = (prompt: string, bytes = cutOut()) => itemWith({ data: bytes }, { prompt });
const submits = () => sent.filter(({ path }) => path === PAID.edit);

const edit = async (
	items: Array<INodeExecutionData | IDataObject> = [itemOf('a red door')],
	options: RunOptions = {},
	world: World = {},
) => {
	const jobs = playTtapi(world);
	return { jobs, ...(await runWorkflow(workflowOf('edit'), { items, ...options })) };
};

describe('an edit sends', () => {
	const opaque = real.jpeg();
	const webp = real.webp();

	test('every option that was added, the callback URL byte for byte', async () => {
		await edit([itemOf('Öl auf Leinwand --ar 3:2', opaque)], {
			parameters: { editType: 'retexture', mode: 'relax', options: { hookUrl: HOOK } },
		});
		expect(submits()[0].body).toEqual({
			prompt: 'Öl auf Leinwand --ar 3:2',
			image: dataUrl(opaque, 'image/jpeg'),
			type: 'retexture',
			mode: 'relax',
			hookUrl: HOOK,
		});
	});

	test.each<[string, INodeExecutionData | IDataObject, IDataObject, string]>([
		['a binary field as a data URL, typed by its bytes', itemOf('a', webp), {}, 'webp'],
		[
			'base64 without the prefix as a data URL',
			{ prompt: 'a' },
			{ imageInput: 'base64', imageBase64: base64(webp) },
			'webp',
		],
		[
			'base64 with another prefix under its own type',
			{ prompt: 'a' },
			{ imageInput: 'base64', imageBase64: dataUrl(webp, 'image/gif') },
			'webp',
		],
	])('%s', async (_title, item, parameters) => {
		await edit([item], { parameters: { editType: 'retexture', ...parameters } });
		expect(submits()[0].body.image).toBe(dataUrl(webp, 'image/webp'));
	});

	test('an address as it is, and loads nothing: nobody here knows whether it is transparent', async () => {
		const address = 'https://example.com/a.png?x=%C3%A4&y=ö';
		await edit([{ prompt: 'a', address }], {
			parameters: { imageInput: 'url', imageUrl: '={{ $json.address }}' },
		});
		expect(submits()[0].body).toMatchObject({ image: address, type: 'edit' });
		expect(new Set(sent.map(({ host }) => host))).toEqual(new Set(['api.ttapi.io']));
	});

	test('each item its own picture, prompt and type', async () => {
		const items = [
			itemWith({ data: cutOut(20) }, { prompt: 'a', type: 'edit' }),
			itemWith({ data: opaque }, { prompt: 'b', type: 'retexture' }),
		];
		const { items: out } = await edit(items, { parameters: { editType: '={{ $json.type }}' } });
		expect(submits().map(({ body }) => [body.prompt, body.type, body.image])).toEqual([
			['a', 'edit', dataUrl(cutOut(20))],
			['b', 'retexture', dataUrl(opaque, 'image/jpeg')],
		]);
		expect(out.map(({ json, pairedItem }) => [json.prompt, pairedItem])).toEqual([
			['a', { item: 0 }],
			['b', { item: 1 }],
		]);
	});
});

describe('the transparency that an edit needs', () => {
	test.each<[string, Buffer]>([
		['a PNG without it', real.png()],
		['a WebP without it', real.lossyWebp(30, 20)],
		['a JPEG, which has none', real.jpeg()],
		['a BMP, which has none', real.bmp(30, 20)],
	])('is missed before anything is sent: %s', async (_title, picture) => {
		const { error } = await edit([itemOf('a', picture)]);
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		expect(error?.message).toMatch(/transparent/i);
		expect(sent).toEqual([]);
	});

	test.each<[string, Buffer]>([
		['a PNG', real.png()],
		['a WebP', real.lossyWebp(30, 20)],
		['a JPEG', real.jpeg()],
		['a BMP', real.bmp(30, 20)],
	])('is not needed to retexture %s', async (_title, picture) => {
		const { items } = await edit([itemOf('a', picture)], {
			parameters: { editType: 'retexture' },
		});
		expect(items).toMatchObject([{ json: { status: 'SUCCESS' } }]);
	});

	test('is looked for in base64, too', async () => {
		const { error } = await edit([{ prompt: 'a' }], {
			parameters: { imageInput: 'base64', imageBase64: base64(real.png()) },
		});
		expect(error?.message).toMatch(/transparent/i);
		expect(sent).toEqual([]);
	});
});

test.each<[string, Buffer, number[]]>([
	['when it is its turn to be submitted', real.jpeg(), [1, 2]],
	['never, where the item beside it cannot be submitted', real.gif(30, 20), []],
])('a picture to retexture is loaded as a whole %s', async (_title, other, expected) => {
	const loading = jest.spyOn(Container.get(BinaryDataService), 'getAsBuffer');
	/** How many had been loaded at each submit. */
	const loaded: number[] = [];
	try {
		await edit(
			[itemOf('a', real.jpeg()), itemOf('b', other)],
			{ parameters: { editType: 'retexture', options: { maxInFlight: 1 } } },
			{ submit: () => void loaded.push(loading.mock.calls.length) },
		);
		expect(loaded).toEqual(expected);
		expect(loading).toHaveBeenCalledTimes(expected.length);
	} finally {
		loading.mockRestore();
	}
});

describe('an edit is refused before anything is sent:', () => {
	interface Case {
		title: string;
		item?: INodeExecutionData | IDataObject;
		parameters?: IDataObject;
		says: RegExp;
	}
	const url = (imageUrl: string) => ({ imageInput: 'url', imageUrl });

	test.each<Case>([
		{
			title: 'a GIF to edit',
			item: itemOf('a', real.gif(30, 20)),
			says: /GIF/i,
		},
		{
			title: 'a GIF to retexture',
			item: itemOf('a', real.gif(30, 20)),
			parameters: { editType: 'retexture' },
			says: /GIF/i,
		},
		{
			title: 'a file that is no picture',
			item: itemOf('a', Buffer.from('%PDF-1.7')),
			says: /does not contain an image/,
		},
		{
			title: 'two pictures',
			item: itemWith({ a: cutOut(), b: cutOut() }, { prompt: 'a' }),
			parameters: { binaryPropertyName: 'a,b' },
			says: /one image, but got 2/,
		},
		{ title: 'an item without a picture', item: { prompt: 'a' }, says: /"data"/ },
		{ title: 'an empty prompt', item: itemOf('  '), says: /'Prompt' is empty/ },
		{
			title: 'an empty address',
			parameters: url('={{ $json.nothing }}'),
			says: /'Image URL' is empty/,
		},
		...['http://192.168.1.1/a.png', 'http://localhost/a.png', 'https://[::1]/a.png'].map(
			(address) => ({
				title: `the private address ${address}`,
				parameters: url(address),
				says: /private|public/,
			}),
		),
		...['ftp://example.com/a.png', 'example.com/a.png', 'file:///etc/passwd'].map((address) => ({
			title: `the address ${address}`,
			parameters: url(address),
			says: /http\(s\)/,
		})),
		{
			title: 'the edit type "erase", by expression',
			item: itemOf('a'),
			parameters: { editType: '={{ "erase" }}' },
			says: /'Edit Type' can't be "erase"/,
		},
	])('$title', async ({ item = { prompt: 'a' }, parameters, says }) => {
		const { error, items } = await edit([item], { parameters });
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		expect(error?.message).toMatch(says);
		expect(error?.description?.length).toBeGreaterThan(10);
		expect([items, sent]).toEqual([[], []]);
	});
});

describe('an edit that was paid for', () => {
	const topUp =
		(account: { quota: number }): World['submit'] =>
		(request) =>
			request.body.prompt === 'b' && account.quota === 0 ? refused(402) : undefined;

	test('is another one where the picture or the type is', async () => {
		const account = { quota: 0 };
		const failed = await edit([itemOf('a'), itemOf('b')], {}, { submit: topUp(account) });
		account.quota = 1;
		sent.length = 0;
		await retry(failed, { parameters: { editType: 'retexture' } });
		expect(submits().map(({ body }) => [body.prompt, body.type])).toEqual([
			['a', 'retexture'],
			['b', 'retexture'],
		]);
	});

	// What the history calls edits is not known.
	test.each(['edit', 'image_edits', null])(
		'perhaps, is not sent again, and its candidates are named: action %j',
		async (action) => {
			const row = (job_id: string, prompt: string) => ({ job_id, prompt, action, status: 2 });
			const data = [row('right', 'a red door'), row('wrong', 'a blue door')];
			const { error } = await edit(
				[itemOf('a red door')],
				{ node: { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 } },
				{
					submit: () => connectionError('ECONNRESET'),
					history: () => ({ json: { status: 'SUCCESS', data } }),
				},
			);
			expect(submits()).toHaveLength(1);
			expect(sent.some(({ path }) => path === HISTORY)).toBe(true);
			expect(error?.message).toMatch(/may or may not exist/);
			expect(error?.description).toMatch(/\bright\b/);
			expect(error?.description).not.toMatch(/\bwrong\b/);
		},
	);
});
