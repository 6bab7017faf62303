/** A host that is not TTAPI: it answers as a test says, and keeps whatever reaches it. */
import { afterAll } from '@jest/globals';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FETCH, OPERATIONS } from '../../operations.mts';

/** A request that came to the stranger. */
export interface Visit {
	method: string;
	/** The path with its query. */
	url: string;
	headers: IncomingMessage['headers'];
	body: string;
}

export type Answer = (visit: Visit, response: ServerResponse) => void;

export interface Stranger {
	/** Such as `http://127.0.0.1:41234`. */
	readonly url: string;
	/** The same host under a name that looks public (see namesProbe.mjs). */
	readonly publicUrl: string;
	/** All requests so far, the oldest first. */
	readonly visits: Visit[];
	/** Answers requests to this path (without its query); others get 404. */
	serve(path: string, answer: Answer): void;
}

/** Starts a stranger on this machine. Call it at the top of a file: it ends after the last test. */
export async function startStranger(): Promise<Stranger> {
	const visits: Visit[] = [];
	const answers = new Map<string, Answer>();
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.once('end', () => {
			const { method = '', url = '', headers } = request;
			const visit = { method, url, headers, body: Buffer.concat(chunks).toString() };
			visits.push(visit);
			const answer = answers.get(url.split('?')[0]);
			if (answer) answer(visit, response);
			else response.writeHead(404).end();
		});
	}).listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	afterAll(() => {
		server.closeAllConnections();
		server.close();
	});
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		publicUrl: `http://pictures.stranger.example:${port}`,
		visits,
		serve: (path, answer) => void answers.set(path, answer),
	};
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
	response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** What a stranger in TTAPI's place says about the job of a prompt. */
export interface FalseJob {
	jobId?: string;
	status?: string;
	message?: string;
	data?: Record<string, unknown>;
}

/**
 * Lets a stranger stand in TTAPI's place, as whoever owns the address of the API may: `tell` says what comes of each
 * submit. Jobs end at once.
 * @returns the credential's Base URL
 */
export function playTtapi(
	stranger: Stranger,
	folder: string,
	tell: (body: any, visit: Visit) => FalseJob,
): string {
	const jobs = new Map<string, FalseJob>();
	stranger.serve(`${folder}${OPERATIONS.imagine.path}`, (visit, response) => {
		const body = JSON.parse(visit.body);
		const job = { jobId: `job-${jobs.size + 1}`, ...tell(body, visit) };
		jobs.set(job.jobId, job);
		sendJson(response, 200, { status: 'SUCCESS', message: '', data: { jobId: job.jobId } });
	});
	stranger.serve(`${folder}${FETCH.image}`, ({ url }, response) => {
		const jobId = String(new URL(url, stranger.url).searchParams.get('jobId'));
		const { status = 'SUCCESS', message = 'success', data } = jobs.get(jobId) ?? {};
		sendJson(response, 200, {
			status,
			jobId,
			message,
			data: { jobId, action: 'imagine', ...data },
		});
	});
	return `${stranger.url}${folder}`;
}
