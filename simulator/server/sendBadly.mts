import type { Response } from 'express';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { PictureFault } from '../faults/fault.mts';

/** Sends a file with a fault. Resolves once it is sent, or the client or the simulator is gone. */
export async function sendBadly(
	fault: PictureFault,
	file: Buffer,
	response: Response,
	signal: AbortSignal,
): Promise<void> {
	const send = async (pieces: Iterable<Buffer> | AsyncIterable<Buffer>) =>
		await pipeline(pieces, response, { signal }).catch(() => {});
	switch (fault.kind) {
		case 'pictureCut':
			sendHalf(file, response);
			break;
		case 'pictureLength': {
			const length = Math.floor(file.length * fault.factor);
			if (length > file.length) sendAndCut(file, length, response);
			else response.send(file.subarray(0, length));
			break;
		}
		case 'pictureEndless':
			await send(endlessly(file, fault.megabytes ?? 1000));
			break;
		case 'pictureSlow':
			response.set('Content-Length', String(file.length));
			await send(slowly(file, fault.ms, signal));
			break;
	}
}

/** Sends the first half and closes the connection. */
export const sendHalf = (body: Buffer, response: Response): void =>
	sendAndCut(body.subarray(0, Math.floor(body.length / 2)), body.length, response);

function sendAndCut(body: Buffer, contentLength: number, response: Response): void {
	response.set('Content-Length', String(contentLength));
	response.write(body, () => response.destroy());
}

function* endlessly(file: Buffer, megabytes: number): Generator<Buffer> {
	const megabyte = Buffer.alloc(1_000_000);
	yield file;
	for (let sent = 0; sent < megabytes; sent++) yield megabyte;
}

async function* slowly(file: Buffer, ms: number, signal: AbortSignal): AsyncGenerator<Buffer> {
	const pieces = 10;
	for (let piece = 0; piece < pieces; piece++) {
		const [from, to] = [piece, piece + 1].map((part) => Math.floor((file.length * part) / pieces));
		yield file.subarray(from, to);
		await delay(ms / pieces, undefined, { signal });
	}
}
