import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { heapEnvironment, heapOf, type Heap } from './support/heap.mts';
import { malformedCallbacks, type MalformedCallback } from './support/malformedCallbacks.mts';
import { startOwnN8n } from './support/ownN8n.mts';
import { askedFor, callbackOf, listen, type Listener } from './support/trigger.mts';
import { startWorld } from './support/world.mts';

const ROUNDS = 5;
const PER_ROUND = 1_000;
const AT_ONCE = 20;
/** How much more n8n may hold than at the start, from the second round on: the first one warms up. */
const MEGABYTES_MORE = 20;

const folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-ttapi-heap-'));
const heapFile = path.join(folder, 'heap.json');
afterAll(() => rm(folder, { recursive: true, force: true }));

const world = await startWorld();
const { simulator } = world;
const own = await startOwnN8n(world, {
	...heapEnvironment(heapFile),
	// n8n 2.x else makes a new isolate for each call: eight times the work, and none of it ours.
	N8N_EXPRESSION_ENGINE: 'legacy',
});

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
afterAll(() => agent.destroy());

interface Answered {
	callback: MalformedCallback;
	status: number;
	text: string;
}

/** Sends one callback. The headers go as they are: a client for people would refuse or mend some. */
async function send(url: string, callback: MalformedCallback): Promise<Answered> {
	const { body, query, headers } = callback;
	const isChunked = headers['transfer-encoding'] !== undefined;
	return await new Promise((resolve, reject) => {
		const outgoing = request(`${url}${query}`, {
			agent,
			method: 'POST',
			timeout: 60_000,
			headers: {
				'content-type': 'application/json',
				...(isChunked ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
				...headers,
			},
		});
		outgoing.once('error', reject);
		outgoing.once('timeout', () => outgoing.destroy(new Error('No answer')));
		outgoing.once('response', (incoming) => {
			const chunks: Buffer[] = [];
			incoming.on('data', (chunk) => chunks.push(chunk));
			incoming.once('error', reject);
			incoming.once('end', () => {
				const text = Buffer.concat(chunks).toString();
				resolve({ callback, status: incoming.statusCode ?? 0, text });
			});
		});
		outgoing.end(body);
	});
}

/** Sends them all, some at once. */
async function sendAll(url: string, callbacks: MalformedCallback[]): Promise<Answered[]> {
	const waiting = [...callbacks];
	const answered: Answered[] = [];
	const line = async () => {
		for (let next = waiting.pop(); next; next = waiting.pop()) answered.push(await send(url, next));
	};
	await Promise.all(Array.from({ length: AT_ONCE }, line));
	return answered;
}

const counted = <T extends string | number>(things: T[]) => {
	const counts = new Map<T, number>();
	for (const thing of things) counts.set(thing, (counts.get(thing) ?? 0) + 1);
	return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
};

const BEFORE = 'afa774a3-1aee-5aba-4510-14818d6875e4';
const AFTER = 'f5850038-90a3-8a97-0476-107ea4b8dac4';

describe(`${ROUNDS * PER_ROUND} malformed callbacks`, () => {
	const heaps: Heap[] = [];
	const answered: Answered[] = [];
	let sent: MalformedCallback[] = [];
	let listener: Listener;

	beforeAll(async () => {
		for (const jobId of [BEFORE, AFTER]) simulator.addFinishedJob({ jobId });
		listener = await listen(own);
		expect((await listener.post(callbackOf(BEFORE))).status).toBe(200);
		await listener.runs(1);

		sent = malformedCallbacks('fuzz 1', ROUNDS * PER_ROUND);
		heaps.push(await heapOf(own.n8n.pid, heapFile));
		for (let round = 0; round < ROUNDS; round++) {
			const startedAt = Date.now();
			const part = sent.slice(round * PER_ROUND, (round + 1) * PER_ROUND);
			const answers = await sendAll(listener.url, part);
			const seconds = (Date.now() - startedAt) / 1000;
			answered.push(...answers);
			heaps.push(await heapOf(own.n8n.pid, heapFile));
			const more = heaps[round + 1].megabytes - heaps[0].megabytes;
			console.log(
				`Round ${round + 1}: heap ${more.toFixed(1)} MB over the start's ${heaps[0].megabytes.toFixed(0)} MB, ` +
					`${(PER_ROUND / seconds).toFixed(0)} a second, ` +
					JSON.stringify(counted(answers.map(({ status }) => status))),
			);
		}
	}, 600_000);

	test('each get an answer that says the caller is wrong, unless the job or its state might be one', () => {
		expect(answered).toHaveLength(ROUNDS * PER_ROUND);
		const isFine = ({ callback: { jobId, kind }, status }: Answered) =>
			status === 200
				? jobId !== undefined || kind === 'an unknown status'
				: status >= 400 && status <= 499;
		const others = answered.filter((each) => !isFine(each));
		expect(
			others.map(({ callback: { kind, body, headers, query }, status, text }) => ({
				kind,
				status,
				text: text.slice(0, 200),
				body: String(body).slice(0, 200),
				headers: JSON.stringify(headers).slice(0, 200),
				query: query.slice(0, 100),
			})),
		).toEqual([]);
	});

	test('start no run, and a good one for another trigger still does', async () => {
		await listener.runs(1);
		const other = await listen(own);
		expect((await other.post(callbackOf(AFTER))).status).toBe(200);
		expect((await other.runs(1)).flat().map(({ json }) => json.jobId)).toEqual([AFTER]);
	});

	test('make us ask TTAPI about well-formed job ids only, and about nothing else', () => {
		const wellFormed = new Set([BEFORE, AFTER, ...sent.flatMap(({ jobId }) => jobId ?? [])]);
		const asked = new Set(askedFor(simulator));
		expect([...asked].filter((jobId) => !wellFormed.has(jobId))).toEqual([]);
		const paths = new Set(simulator.state().requests.map(({ path }) => path));
		expect([...paths].filter((path) => !path.endsWith('/fetch'))).toEqual([]);
	});

	test('learn nothing: no answer has the key, the API address or a stack in it', () => {
		for (const { text } of answered) {
			expect(text).not.toContain(simulator.apiKey);
			expect(text).not.toContain(simulator.url);
			expect(text).not.toMatch(/^\s+at .*\(.*:\d+:\d+\)/m);
		}
	});

	test(`leave n8n with less than ${MEGABYTES_MORE} MB more, in every round after the first`, () => {
		const [start, _warm, ...rounds] = heaps.map(({ megabytes }) => megabytes);
		expect(rounds).toHaveLength(ROUNDS - 1);
		for (const heap of rounds) expect(heap - start).toBeLessThan(MEGABYTES_MORE);
	});

	test('put nothing on the prototype of all objects', () => {
		expect(heaps.map(({ polluted }) => polluted)).toEqual(heaps.map(() => []));
	});

	test('crash nothing', () => {
		const log = readFileSync(own.n8n.log, 'utf8');
		expect(log).not.toMatch(/unhandled|uncaught|Maximum call stack|heap out of memory/i);
	});

	test('are the same ones in every run', () => {
		const again = malformedCallbacks('fuzz 1', 200);
		expect(again.map(({ body }) => String(body))).toEqual(
			sent.slice(0, 200).map(({ body }) => String(body)),
		);
		expect(counted(sent.map(({ kind }) => kind))).not.toHaveProperty('undefined');
	});
});
