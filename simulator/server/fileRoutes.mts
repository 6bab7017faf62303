import type { Express, Response } from 'express';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { PictureFault } from '../faults/fault.mts';
import type { Job } from '../jobs/job.mts';
import type { Ttapi } from '../ttapi.mts';
import { answerThrough, redirected, sendJson } from './exchange.mts';

const paths = ['/pictures/:jobId.png', '/pictures/:jobId/:part.png'];

/** The picture host: takes no key, and has faults of its own. */
export function addPictureRoutes(app: Express, ttapi: Ttapi): void {
	app.get(paths, async (request, response) => {
		const exchange = { request, response, record: response.locals.record };
		exchange.record.endpoint = 'picture';
		const job = ttapi.jobs.get(String(request.params.jobId));
		const subject = {
			endpoint: 'picture',
			prompt: job?.prompt ?? '',
			redirected: redirected in request.query,
		};
		const { signal } = ttapi.closing;
		const faults = ttapi.faults.take('answer', subject);
		await answerThrough(faults, exchange, signal, async () => {
			const png = await find(job, request.params.part, ttapi);
			if (!png) {
				const missing = { status: 'FAILED', message: 'Not found.', data: null };
				return () => sendJson(exchange, 404, missing);
			}
			exchange.record.status = 200;
			const [fault] = ttapi.faults.take('picture', subject);
			response.type('png').set('Cache-Control', 'max-age=86400');
			if (!fault) return () => void response.send(png);
			return () => void sendBadly(fault, png, response, signal);
		});
	});

	// For the simulator's own page: neither recorded nor faulty.
	app.get(
		paths.map((path) => `/_simulator${path}`),
		async (request, response) => {
			const job = ttapi.jobs.get(String(request.params.jobId));
			const png = await find(job, request.params.part, ttapi);
			if (png) response.type('png').set('Cache-Control', 'max-age=86400').send(png);
			else response.sendStatus(404);
		},
	);
}

const find = async (job: Job | undefined, part: string | string[] | undefined, ttapi: Ttapi) =>
	job && (await ttapi.pictures.get(job, String(part ?? '')));

/**
 * Sends a picture as the fault has it. Ends when all is sent, or the client or the simulator is
 * gone.
 */
async function sendBadly(
	fault: PictureFault,
	png: Buffer,
	response: Response,
	signal: AbortSignal,
): Promise<void> {
	const send = async (pieces: Iterable<Buffer> | AsyncIterable<Buffer>) =>
		await pipeline(pieces, response, { signal }).catch(() => {});
	switch (fault.kind) {
		case 'pictureCut':
			sendBrokenOff(png.subarray(0, Math.floor(png.length / 2)), png.length, response);
			break;
		case 'pictureLength': {
			const said = Math.floor(png.length * fault.factor);
			if (said > png.length) sendBrokenOff(png, said, response);
			else response.send(png.subarray(0, said));
			break;
		}
		case 'pictureEndless':
			await send(endlessly(png, fault.megabytes ?? 1000));
			break;
		case 'pictureSlow':
			response.set('Content-Length', String(png.length));
			await send(slowly(png, fault.ms, signal));
			break;
	}
}

function sendBrokenOff(body: Buffer, saidLength: number, response: Response): void {
	response.set('Content-Length', String(saidLength));
	response.write(body, () => response.destroy());
}

function* endlessly(png: Buffer, megabytes: number): Generator<Buffer> {
	const megabyte = Buffer.alloc(1_000_000);
	yield png;
	for (let sent = 0; sent < megabytes; sent++) yield megabyte;
}

async function* slowly(png: Buffer, ms: number, signal: AbortSignal): AsyncGenerator<Buffer> {
	const pieces = 10;
	for (let piece = 0; piece < pieces; piece++) {
		const [from, to] = [piece, piece + 1].map((part) => Math.floor((png.length * part) / pieces));
		yield png.subarray(from, to);
		await delay(ms / pieces, undefined, { signal });
	}
}
