import { beforeEach, describe, expect, test } from '@jest/globals';
import { Readable } from 'node:stream';

import { BINARY_MODES, useBinaryMode } from './support/binary.mts';
import { answer, connectionError, sent, type Answer } from './support/http.mts';
import { png } from './support/pictures.mts';
import { runWorkflow } from './support/runWorkflow.mts';
import { playTtapi } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

const PICTURE = 'https://cdn.ttapi.io/job-1.png';
const MB = 1024 ** 2;
const picture: Answer = { status: 200, body: png(), headers: { 'content-type': 'image/png' } };

/** Downloads the main picture of a job whose address is `cdnImage`. */
async function download(
	cdnImage: string = PICTURE,
	base?: string,
	operation: 'imagine' | 'job.get' = 'imagine',
) {
	playTtapi({ base, data: () => ({ cdnImage }) });
	return await runWorkflow(workflowOf(operation), {
		items: [{ prompt: 'a', jobId: 'job-1' }],
		parameters: { download: 'grid' },
		credential: base ? { baseUrl: 'custom', customBaseUrl: base } : {},
	});
}
const asked = () => sent.filter(({ path }) => !path.startsWith('/midjourney'));

/** Bytes that come as they are made, and then an error, or nothing any more. */
const body = (chunks: Buffer[], end?: Error | 'silence'): Answer => ({
	status: 200,
	headers: { 'content-type': 'image/png' },
	body: Readable.from(
		(async function* () {
			yield* chunks;
			if (end === 'silence') await new Promise(() => {});
			if (end instanceof Error) throw end;
		})(),
	),
});

describe.each(BINARY_MODES)('a download that does not work, in the mode %s', (mode) => {
	beforeEach(async () => await useBinaryMode(mode));

	test.each<[string, Answer[]]>([
		['HTTP 500', [{ status: 500 }, picture]],
		['HTTP 429', [{ status: 429 }, picture]],
		['a reset connection', [connectionError('ECONNRESET'), picture]],
		[
			'a connection that breaks off in the middle',
			[body([png()], connectionError('ECONNRESET')), picture],
		],
	])('is tried again after %s', async (_title, answers) => {
		answer('GET', PICTURE, ...answers);
		const { items } = await download();
		expect(items[0].binary!.data.bytes).toBe(png().length);
		expect(asked()).toHaveLength(2);
	});

	test.each<[string, Answer[], RegExp, number]>([
		['HTTP 503 again and again', [{ status: 503 }], /503/, 3],
		['an address that is gone', [{ status: 404 }], /404/, 1],
		[
			'a web page',
			[{ status: 200, body: '<html>', headers: { 'content-type': 'text/html' } }],
			/text\/html/,
			1,
		],
		[
			'a header that claims more than 64 MB',
			[
				{
					status: 200,
					body: png(),
					headers: { 'content-type': 'image/png', 'content-length': String(64 * MB + 1) },
				},
			],
			/64 MB/,
			1,
		],
	])('is an error with job and status: %s', async (_title, answers, says, tries) => {
		answer('GET', PICTURE, ...answers);
		const { error } = await download();
		expect(error).toMatchObject({ name: 'NodeApiError', context: { itemIndex: 0 } });
		expect(error?.message).toMatch(/job-1/i);
		expect(error?.message).toMatch(says);
		expect(error?.description).toMatch(/Job > Get/);
		expect(asked()).toHaveLength(tries);
	});

	test('that brings more than 64 MB, whatever the header claims, is given up', async () => {
		answer('GET', PICTURE, body(Array.from({ length: 65 }, () => Buffer.alloc(MB))));
		const { error } = await download();
		expect(error?.message).toMatch(/larger than 64 MB/);
		expect(asked()).toHaveLength(1);
	});

	test('that falls silent is given up and tried again', async () => {
		answer('GET', PICTURE, body([png()], 'silence'), picture);
		const { items } = await download();
		expect(items[0].binary!.data.bytes).toBe(png().length);
		const silence = asked()[1].at - asked()[0].at;
		expect(silence).toBeGreaterThanOrEqual(60_000);
		// n8n's own limit is 300 s, and only where it keeps files in memory.
		expect(silence).toBeLessThan(70_000);
	});
});

describe('where a download may go', () => {
	test('never with the key', async () => {
		answer('GET', PICTURE, { status: 302, headers: { location: '/moved.png' } });
		answer('GET', 'https://cdn.ttapi.io/moved.png', picture);
		await download();
		expect(asked()).toHaveLength(2);
		for (const { headers } of asked()) expect(headers).not.toHaveProperty('tt-api-key');
	});

	test('not with the key either where picture and API have the same host', async () => {
		answer('GET', 'https://api.ttapi.io/pictures/1.png', picture);
		await download('https://api.ttapi.io/pictures/1.png');
		expect(asked()[0].headers).not.toHaveProperty('tt-api-key');
	});

	test.each([
		'http://127.0.0.1/1.png',
		'http://localhost:5678/1.png',
		'http://10.1.2.3/1.png',
		'http://192.168.0.1/1.png',
		'http://169.254.169.254/latest/meta-data/1.png',
		'http://[::1]/1.png',
		'http://[fd00::1]/1.png',
		'http://[::ffff:10.0.0.1]/1.png',
		'http://0x7f.1/1.png',
		'http://2130706433/1.png',
		'http://minio/1.png',
	])('not to the private address %s', async (address) => {
		const { error } = await download(address);
		expect(error?.message).toMatch(/job-1.*private/i);
		expect(asked()).toEqual([]);
	});

	test('not by a redirect to a private address', async () => {
		answer('GET', PICTURE, { status: 302, headers: { location: 'http://10.0.0.1/1.png' } });
		const { error } = await download();
		expect(error?.message).toMatch(/job-1.*private/i);
		expect(asked()).toHaveLength(1);
	});

	test.each([
		'ftp://example.com/1.png',
		'file:///etc/passwd',
		'data:image/png;base64,AAAA',
		'nonsense',
	])('not to %s', async (address) => {
		const { error } = await download(address);
		expect(error?.message).toMatch(/job-1.*http\(s\)/i);
		expect(asked()).toEqual([]);
	});

	test('not round in circles', async () => {
		answer('GET', PICTURE, { status: 302, headers: { location: PICTURE } });
		const { error } = await download();
		expect(error?.message).toMatch(/redirected/);
		expect(asked().length).toBeLessThanOrEqual(10);
	});

	test.each(['http://127.0.0.1:8080', 'http://ttapi.internal', 'http://10.0.0.7:3000'])(
		'to a private address while the API is private, too: %s',
		async (base) => {
			answer('GET', `${base}/files/1.png`, picture);
			const { items } = await download(`${base}/files/1.png`, base);
			expect(items[0].binary).toHaveProperty('data');
		},
	);
});

describe('what a broken download leaves', () => {
	test('one broken picture of four is an error for the item', async () => {
		playTtapi();
		for (const name of ['tl', 'tr', 'bl', 'br']) {
			answer(
				'GET',
				`https://cdn.ttapi.io/job-1_${name}.png`,
				name === 'bl' ? { status: 404 } : picture,
			);
		}
		const { error } = await runWorkflow(workflowOf('imagine'), {
			items: [{ prompt: 'a' }],
			parameters: { download: 'images' },
		});
		expect(error?.message).toMatch(/job-1/i);
	});

	test('a result without any address is an error that names the job', async () => {
		playTtapi({ data: () => ({ cdnImage: null, discordImage: null, images: null }) });
		const { error } = await runWorkflow(workflowOf('imagine'), {
			items: [{ prompt: 'a' }],
			parameters: { download: 'images' },
		});
		expect(error?.message).toMatch(
			/job-1.*an image of it could not be downloaded.*contains no URL/,
		);
	});

	test('describe and getSeed have nothing to download', async () => {
		playTtapi({ before: { g: ['upsample1'] } });
		const { items } = await runWorkflow(workflowOf('getSeed'), {
			items: [{ jobId: 'g' }],
			parameters: { download: 'grid' },
		});
		expect(items[0].json.status).toBe('SUCCESS');
	});
});
