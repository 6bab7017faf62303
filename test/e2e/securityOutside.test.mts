/** What strangers can make n8n do: whoever calls the trigger, serves a picture, or stands in TTAPI's place. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, createBrotliCompress, createDeflate, createGzip } from 'node:zlib';
import { itemsOf } from '../../scripts/n8n/client.mjs';
import { FETCH } from '../operations.mts';
import { heapEnvironment, heapOf } from './support/heap.mts';
import { startOwnN8n } from './support/ownN8n.mts';
import { playTtapi, startStranger, type FalseJob } from './support/stranger.mts';
import { callbackOf, listen, type Item, type Listener } from './support/trigger.mts';
import { ttapiWorkflow, type TtapiNode } from './support/workflow.mts';
import { startWorld } from './support/world.mts';

const folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-ttapi-heap-'));
const heapFile = path.join(folder, 'heap.json');
afterAll(() => rm(folder, { recursive: true, force: true }));

const world = await startWorld({ pictureSize: 64 });
const { simulator } = world;
const stranger = await startStranger();
const heap = heapEnvironment(heapFile);
const namesProbe = fileURLToPath(new URL('./support/namesProbe.mjs', import.meta.url));
const own = await startOwnN8n(world, {
	...heap,
	NODE_OPTIONS: `${heap.NODE_OPTIONS} --import ${namesProbe}`,
});
const { client } = own;

beforeEach(() => {
	stranger.visits.length = 0;
	simulator.reset();
});
const visited = () => stranger.visits.map(({ url }) => url);

const PICTURE = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(100)]);
stranger.serve('/picture.png', (_, response) =>
	response.writeHead(200, { 'content-type': 'image/png' }).end(PICTURE),
);

/** A credential, with which TTAPI is asked at this address. */
async function credentialsFor(customBaseUrl: string) {
	const data = { apiKey: 'a key', baseUrl: 'custom', customBaseUrl };
	const type = 'ttapiApi';
	return { [type]: await client.createCredential({ name: customBaseUrl, type, data }) };
}

describe('a caller of the trigger', () => {
	const TOKEN = 'a-token';
	/** All places of a callback that may hold an address. */
	const naming = (address: string) =>
		callbackOf(randomUUID(), 'SUCCESS', {
			cdnImage: address,
			discordImage: address,
			images: [address],
			cdnImages: [address],
			videoUrl: address,
			videos: [address],
			hookUrl: address,
			url: address,
		});

	test('without Verify and without a token makes n8n ask no address', async () => {
		const listener = await listen(own, { verify: false });
		expect((await listener.post(naming(`${stranger.url}/picture.png`))).status).toBe(200);
		await listener.runs(1);
		expect(visited()).toEqual([]);
	});

	test('with Verify is not believed any address: those of TTAPI are asked', async () => {
		const body = naming(`${stranger.url}/picture.png`);
		simulator.addFinishedJob({ jobId: body.jobId as string });
		const listener = await listen(own, { options: { download: 'images' } });
		expect((await listener.post(body)).status).toBe(200);
		const [[{ binary }]] = await listener.runs(1);
		expect(Object.keys(binary!)).toHaveLength(4);
		expect(visited()).toEqual([]);
	});

	test('with a wrong token makes n8n ask nobody, whatever the settings allow to those who know it', async () => {
		const listener = await listen(own, {
			verify: false,
			options: { download: 'grid', callbackToken: TOKEN },
		});
		for (const query of ['', '?token=', `?token=${TOKEN}x`]) {
			const body = naming(`${stranger.publicUrl}/picture.png`);
			expect((await listener.post(body, { query })).status).toBe(401);
		}
		await listener.runs(0);
		expect(visited()).toEqual([]);
	});

	describe('who knows the token, while TTAPI is on a public host,', () => {
		let listener: Listener;
		let runs = 0;
		beforeAll(async () => {
			listener = await listen(
				{ client, credentials: await credentialsFor('https://ttapi.stranger.example') },
				{ verify: false, options: { download: 'grid', callbackToken: TOKEN } },
			);
		}, 60_000);

		/** What came of the downloads of these addresses, in their order. */
		async function downloaded(...addresses: string[]): Promise<Item[]> {
			const ids: unknown[] = [];
			for (const address of addresses) {
				const body = naming(address);
				const { status } = await listener.post(body, { query: `?token=${TOKEN}` });
				expect([address, status]).toEqual([address, 200]);
				ids.push(body.jobId);
			}
			runs += addresses.length;
			const items = (await listener.runs(runs)).flat();
			return ids.map((id) => items.find(({ json }) => json.jobId === id)!);
		}

		test('may name a public one', async () => {
			const [{ json, binary }] = await downloaded(`${stranger.publicUrl}/picture.png`);
			expect([json.downloadError, Object.keys(binary!)]).toEqual([undefined, ['data']]);
			expect(visited()).toEqual(['/picture.png']);
		});

		const { port } = new URL(stranger.url);
		const FORBIDDEN = [
			`http://127.0.0.1:${port}/private`,
			`http://127.1:${port}/private`,
			`http://2130706433:${port}/private`,
			`http://0177.0.0.1:${port}/private`,
			`http://0x7f.0x0.0x0.0x1:${port}/private`,
			`http://127.0.0.1.:${port}/private`,
			`http://localhost:${port}/private`,
			`http://LOCALHOST.:${port}/private`,
			`http://localhost.localdomain:${port}/private`,
			`http://[::1]:${port}/private`,
			`http://[::ffff:127.0.0.1]:${port}/private`,
			`http://0.0.0.0:${port}/private`,
			`http://pictures.stranger.example@127.0.0.1:${port}/private`,
			`http://pictures.stranger.example:80@127.0.0.1:${port}/private`,
			`http://127.0.0.1:${port}\\@pictures.stranger.example/private`,
			`//127.0.0.1:${port}/private`,
			'file:///etc/hostname',
			'data:image/png;base64,iVBORw0KGgo=',
			`ftp://127.0.0.1:${port}/private`,
			`unix:/tmp/a.sock:/private`,
		];

		/** Of each of the forbidden addresses, that it was not downloaded, and why. */
		const refused = FORBIDDEN.map((address) => [
			address,
			expect.stringMatching(/private network|not http/),
			undefined,
		]);
		const outcomes = (items: Item[]) =>
			items.map(({ json, binary }, at) => [FORBIDDEN[at], json.downloadError, binary]);

		test('may name no other one, however it is written', async () => {
			expect(outcomes(await downloaded(...FORBIDDEN))).toEqual(refused);
			expect(visited()).toEqual([]);
		});

		test('gets no further by a redirect of a public one', async () => {
			const moved = FORBIDDEN.map((location, at) => {
				stranger.serve(`/moved/${at}`, (_, response) =>
					response.writeHead(302, { location }).end(),
				);
				return `/moved/${at}`;
			});
			const items = await downloaded(...moved.map((path) => stranger.publicUrl + path));
			expect(outcomes(items)).toEqual(refused);
			expect(visited()).toEqual(moved);
		});
	});
});

/** Runs the node for these prompts, with a stranger in TTAPI's place. */
async function runAgainst(
	tell: (prompt: string) => FalseJob,
	prompts: string[],
	{ operation = 'imagine', ...parameters }: Record<string, unknown> = {},
) {
	const base = playTtapi(stranger, `/api/${randomUUID()}`, ({ prompt }) => tell(prompt));
	const node: TtapiNode = {
		parameters: {
			operation,
			prompt: '={{ $json.prompt }}',
			download: 'grid',
			options: { pollInterval: 1 },
			...parameters,
		},
		onError: 'continueErrorOutput',
	};
	const items = prompts.map((prompt) => ({ prompt }));
	const workflow = ttapiWorkflow(items, node);
	const execution = await client.runWorkflow(
		await client.createWorkflow(workflow, await credentialsFor(base)),
	);
	expect(execution.status).toBe('success');
	return {
		items: itemsOf(execution, 'TTAPI'),
		errors: itemsOf(execution, 'TTAPI', { output: 1 }).map(({ json }: any) => json.error),
	};
}

/** All files that n8n has, but for the packages and the database. */
function files(at = own.n8n.folder): string[] {
	return readdirSync(at, { withFileTypes: true }).flatMap((entry) => {
		const file = path.join(at, entry.name);
		if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : files(file);
		return /database\.sqlite/.test(file) ? [] : [file];
	});
}

test('a job id that is a path, or worse, gives a file with a plain name in its own place', async () => {
	const ids = [
		'../../../../../etc/passwd',
		'..\\..\\windows\\win.ini',
		'/etc/passwd',
		'C:\\Windows\\win.ini',
		'a\u0000.sh',
		'a\r\nSet-Cookie: b=c',
		'..',
		'.',
		'%2e%2e%2f%2e%2e%2fetc',
		'<img src=x onerror=alert(1)>',
		'a'.repeat(5_000),
		'\u202egnp.exe',
		'={{ 7 * 7 }}',
	];
	const before = new Set(files());
	const { items, errors } = await runAgainst(
		(prompt) => ({
			jobId: ids[Number(prompt)],
			data: { prompt: '={{ 7 * 7 }}', cdnImage: `${stranger.url}/picture.png` },
		}),
		ids.map((_, at) => String(at)),
	);
	expect(errors).toEqual([]);
	expect(items).toHaveLength(ids.length);
	for (const [at, { json, binary }] of items.entries()) {
		// What TTAPI says stays data.
		expect([json.jobId, json.prompt]).toEqual([ids[at], '={{ 7 * 7 }}']);
		expect(binary.data.fileName).toMatch(/^[\w-]{1,100}\.png$/);
		expect(binary.data.directory).toBeUndefined();
	}
	const made = files().filter((file) => !before.has(file) && !/n8n\.log|crash/.test(file));
	expect(made.length).toBeGreaterThanOrEqual(ids.length);
	for (const file of made) expect(file).toMatch(/\/binary_data\/[0-9a-f-]{36}(?:\.metadata)?$/);
});

test('a file that is no image, or says that it is another, does not get in as what it may run as', async () => {
	const types = {
		'text/html': undefined,
		'image/svg+xml': undefined,
		'application/javascript': undefined,
		'image/png; charset=text/html': 'image/png',
		'application/octet-stream': undefined,
	};
	const served = Object.keys(types);
	for (const [at, type] of served.entries()) {
		stranger.serve(`/typed/${at}.html`, (_, response) =>
			response.writeHead(200, { 'content-type': type }).end('<script>alert(1)</script>'),
		);
	}
	const { items, errors } = await runAgainst(
		(prompt) => ({ data: { cdnImage: `${stranger.url}/typed/${prompt}.html` } }),
		served.map((_, at) => String(at)),
	);
	expect(items.map(({ binary }: any) => binary.data.mimeType)).toEqual(
		Object.values(types).filter(Boolean),
	);
	expect(errors.map(({ message }: any) => message)).toEqual(
		served
			.filter((_, at) => !Object.values(types)[at])
			.map(() => expect.stringMatching(/not an image/)),
	);
});

describe('a file that unfolds to a gigabyte', () => {
	const MB = Buffer.alloc(2 ** 20);
	const UNFOLDED = 1_024;
	/** Far less than it unfolds to, and more than what n8n itself needs in the meantime. */
	const ROOM = 256;
	const quickly = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
	const ENCODINGS = {
		gzip: createGzip,
		deflate: createDeflate,
		br: () => createBrotliCompress(quickly),
	};
	const bombs: Record<string, Buffer> = {};

	beforeAll(async () => {
		for (const [encoding, create] of Object.entries(ENCODINGS)) {
			const packing = create();
			const chunks: Buffer[] = [];
			packing.on('data', (chunk: Buffer) => chunks.push(chunk));
			packing.write(PICTURE);
			for (let megabytes = 0; megabytes < UNFOLDED; megabytes++) {
				if (!packing.write(MB)) await new Promise((resolve) => packing.once('drain', resolve));
			}
			await new Promise((resolve) => packing.end().once('end', resolve));
			const body = Buffer.concat(chunks);
			bombs[encoding] = body;
			stranger.serve(`/bomb/${encoding}.png`, (_, response) =>
				response
					.writeHead(200, { 'content-type': 'image/png', 'content-encoding': encoding })
					.end(body),
			);
		}
		// Whatever a first run takes.
		await runAgainst(() => ({ data: { cdnImage: `${stranger.url}/picture.png` } }), ['a']);
	}, 300_000);

	/** How many megabytes more n8n held at most while this was done. */
	async function growth(work: () => Promise<void>): Promise<number> {
		await heapOf(own.n8n.pid, heapFile);
		// The garbage is collected: what is there now is the ground.
		const ground = await heapOf(own.n8n.pid, heapFile);
		await work();
		return (await heapOf(own.n8n.pid, heapFile)).peakMegabytes - ground.peakMegabytes;
	}

	test.each(Object.keys(ENCODINGS))(
		'is cut at 64 MB while it comes, in flat memory: %s',
		async (encoding) => {
			const cdnImage = `${stranger.url}/bomb/${encoding}.png`;
			const more = await growth(async () => {
				const { errors } = await runAgainst(() => ({ data: { cdnImage } }), ['a']);
				expect(errors).toMatchObject([{ message: expect.stringContaining('larger than 64 MB') }]);
			});
			console.log(
				`${encoding}: ${bombs[encoding].length} bytes unfold to ${UNFOLDED} MB: ${more.toFixed(0)} MB more at most`,
			);
			expect(more).toBeLessThan(ROOM);
		},
	);

	test('is cut at 16 MB where it is an answer of the API', async () => {
		const folder = `/api/${randomUUID()}`;
		const base = playTtapi(stranger, folder, () => ({}));
		stranger.serve(`${folder}${FETCH.image}`, (_, response) =>
			response
				.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
				.end(bombs.gzip),
		);
		const node = { parameters: { prompt: 'a', options: { pollInterval: 1, maxWait: 5 } } };
		const credentials = await credentialsFor(base);
		const more = await growth(async () => {
			const workflow = await client.createWorkflow(ttapiWorkflow([{}], node), credentials);
			const { data } = await client.runWorkflow(workflow);
			expect(data.resultData.error.message).toContain('larger than 16 MB');
		});
		console.log(`API: ${more.toFixed(0)} MB more at most`);
		expect(more).toBeLessThan(ROOM);
	});

	test('is cut as well where it is an input: three of them', async () => {
		const urls = Object.keys(ENCODINGS).map((each) => `${stranger.url}/bomb/${each}.png`);
		const more = await growth(async () => {
			const { errors } = await runAgainst(() => ({}), ['a'], {
				operation: 'blend',
				imageInput: 'url',
				imageUrls: urls.join('\n'),
			});
			expect(errors).toMatchObject([{ message: expect.stringContaining('larger than 64 MB') }]);
		});
		console.log(`Blend: ${more.toFixed(0)} MB more at most`);
		expect(more).toBeLessThan(ROOM);
	});
});
