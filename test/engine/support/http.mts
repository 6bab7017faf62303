/** The outside world: every request of a test is answered here by nock, recorded, and none reaches a network. */
import { afterAll, afterEach, beforeEach, expect } from '@jest/globals';
import type { ClientRequest } from 'node:http';
import { Readable } from 'node:stream';
import nock from 'nock';

import { countAsBusy, useVirtualTime } from './virtualTime.mts';

/** A request that a node sent. */
export interface Sent {
	method: string;
	host: string;
	path: string;
	query: Record<string, string>;
	headers: Record<string, string>;
	/** Parsed where it is JSON. */
	body: any;
	/** When it came, in ms since the test's start. */
	at: number;
}

/** What to answer: a body with 200, a whole answer, an error of the connection, or what a function makes of the request. */
export type Answer =
	| { status: number; body?: unknown; headers?: Record<string, string> }
	| { json: unknown }
	| NodeJS.ErrnoException
	| ((sent: Sent) => Answer | Promise<Answer>);

/** All requests of the test, in the order in which they came. */
export const sent: Sent[] = [];

/** Requests that no test has an answer for. */
const unexpected: string[] = [];
const open = new Set<ClientRequest>();
let startedAt = 0;

let moved = false;
countAsBusy(() => {
	const isMoving = moved;
	moved = false;
	return isMoving;
});
countAsBusy(() => [...open].some((request) => !request.destroyed));

beforeEach(() => {
	useVirtualTime();
	startedAt = Date.now();
	servers.aheadMs = 0;
	nock.disableNetConnect();
	nock.emitter.on('no match', noMatch);
});
afterEach(() => {
	nock.emitter.off('no match', noMatch);
	nock.cleanAll();
	open.clear();
	sent.length = 0;
	expect(unexpected.splice(0)).toEqual([]);
});
afterAll(() => nock.restore());

function noMatch(request: any, options?: any): void {
	unexpected.push(
		`${request?.method ?? options?.method} ${options?.href ?? request?.path ?? request?.url}`,
	);
}

/** How far the servers' clocks are ahead of n8n's, in ms; undefined: they don't say the date. */
export const servers: { aheadMs?: number } = {};
const dateOfServers = (): Record<string, string> =>
	servers.aheadMs === undefined
		? {}
		: { date: new Date(Date.now() + servers.aheadMs).toUTCString() };

/** An error of the connection, as Node raises it; `syscall` says what the system was doing. */
export const connectionError = (code: string, syscall?: string): NodeJS.ErrnoException =>
	Object.assign(new Error(`${code} on the way`), { code, syscall });

/** Answers requests to `address` one after another with `answers`; the last one stays. */
export function answer(method: 'GET' | 'POST', address: string, ...answers: Answer[]): void {
	const { origin, pathname } = new URL(address);
	let at = 0;
	nock(origin)
		.persist()
		.intercept(pathname, method)
		.query(true)
		.reply(async function (uri, body) {
			const request = this.req as unknown as ClientRequest & { headers: Record<string, string> };
			const url = new URL(uri, origin);
			const received: Sent = {
				method,
				host: url.host,
				path: url.pathname,
				query: Object.fromEntries(url.searchParams),
				headers: { ...request.headers },
				body,
				at: Date.now() - startedAt,
			};
			sent.push(received);
			const next = answers[Math.min(at++, answers.length - 1)];
			return await reply(next, received, request);
		});
}

async function reply(
	given: Answer,
	received: Sent,
	request: ClientRequest,
): Promise<[number, Readable, Record<string, string>]> {
	if (typeof given === 'function') return await reply(await given(received), received, request);
	if (given instanceof Error) throw given;
	const { status, body, headers } =
		'status' in given ? { headers: {}, ...given } : { status: 200, body: given.json, headers: {} };
	open.add(request);
	const answered = Readable.from(chunksOf(body, request));
	return [
		status,
		answered.once('close', () => open.delete(request)),
		{ ...dateOfServers(), ...typeOf(body), ...headers },
	];
}

/** The body in pieces. What a test streams by itself may fall silent on purpose: it is busy only as long as it moves. */
async function* chunksOf(body: unknown, request: ClientRequest): AsyncGenerator<Buffer> {
	if (!(body instanceof Readable)) return yield bytesOf(body);
	for await (const chunk of body) {
		open.delete(request);
		moved = true;
		yield chunk as Buffer;
	}
}

const bytesOf = (body: unknown): Buffer =>
	typeof body === 'string' || Buffer.isBuffer(body)
		? Buffer.from(body)
		: Buffer.from(JSON.stringify(body ?? null));

const typeOf = (body: unknown): Record<string, string> =>
	typeof body === 'string' || Buffer.isBuffer(body) || body instanceof Readable
		? {}
		: { 'content-type': 'application/json' };
