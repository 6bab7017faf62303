import { PassThrough, Readable } from 'node:stream';

import { expect, test } from '@jest/globals';

import { DownloadError } from '../../../nodes/TtapiMidjourney/downloads/downloadError.ts';
import {
	guardedStream,
	MAX_IMAGE_BYTES,
	MAX_VIDEO_BYTES,
} from '../../../nodes/TtapiMidjourney/downloads/guardedStream.ts';
import { caught } from '../support/caught.mts';
import { bytesOf } from '../support/downloads.mts';
import { VirtualClock } from '../support/virtualClock.mts';

const MB = Buffer.alloc(1024 ** 2);

/** A file of that many MB, which is never in memory as a whole; `read` counts what was taken from it. */
function large(megabytes: number) {
	const read = { chunks: 0 };
	const body = Readable.from(
		(function* () {
			for (let at = 0; at < megabytes; at++) {
				read.chunks++;
				yield MB;
			}
		})(),
	);
	return { body, read };
}

async function length(stream: AsyncIterable<Buffer>): Promise<number> {
	let bytes = 0;
	for await (const chunk of stream) bytes += chunk.length;
	return bytes;
}

test('hands on every byte', async () => {
	const body = Readable.from([Buffer.from('one'), Buffer.from('two')]);
	const guarded = guardedStream(body, MAX_IMAGE_BYTES, 6, new VirtualClock());
	expect(guarded.received()).toBe(0);
	expect((await bytesOf(guarded.stream)).toString()).toBe('onetwo');
	expect(guarded.received()).toBe(6);
});

test.each([
	['an image', 64, MAX_IMAGE_BYTES],
	['a video', 512, MAX_VIDEO_BYTES],
])('%s: %i MB pass, one byte more does not', async (_, megabytes, most) => {
	const clock = new VirtualClock();
	expect(await length(guardedStream(large(megabytes).body, most, undefined, clock).stream)).toBe(
		megabytes * MB.length,
	);
	const tooLarge = Readable.from(
		(async function* () {
			yield* large(megabytes).body;
			yield Buffer.alloc(1);
		})(),
	);
	const error = await caught(
		length(guardedStream(tooLarge, most, undefined, clock).stream),
		DownloadError,
	);
	expect(error).toMatchObject({ transient: false });
	expect(error.message).toContain(`${megabytes} MB`);
});

test('believes the bytes, not the header, and takes no more than it has to', async () => {
	const { body, read } = large(200);
	const guarded = guardedStream(body, MAX_IMAGE_BYTES, 10, new VirtualClock()).stream;
	await expect(length(guarded)).rejects.toBeInstanceOf(DownloadError);
	expect(read.chunks).toBeLessThan(100);
	expect(body.destroyed).toBe(true);
});

test('takes nothing where the header already claims too much', () => {
	const { body, read } = large(1);
	expect(() => guardedStream(body, MAX_IMAGE_BYTES, 65 * MB.length, new VirtualClock())).toThrow(
		DownloadError,
	);
	expect(read.chunks).toBe(0);
});

test('gives up a file that brings nothing for a minute: it may work next time', async () => {
	const clock = new VirtualClock();
	const body = new PassThrough();
	const { stream, stalled } = guardedStream(body, MAX_IMAGE_BYTES, undefined, clock);
	void length(stream);
	let isOver = false;
	const ended = caught(stalled, DownloadError).finally(() => (isOver = true));
	body.write(MB);
	await clock.advance(50_000);
	body.write(MB);
	await clock.advance(50_000);
	expect(isOver).toBe(false);
	await clock.advance(15_000);
	const error = await ended;
	expect(error.message).toMatch(/nothing came for 60 s/);
	expect(error.transient).toBe(true);
});

test('gives up a file that only drips for more than half an hour', async () => {
	const clock = new VirtualClock();
	const body = new PassThrough();
	const { stream, stalled } = guardedStream(body, MAX_IMAGE_BYTES, undefined, clock);
	void length(stream);
	let isOver = false;
	const ended = caught(stalled, DownloadError).finally(() => (isOver = true));
	const drip = async (minutes: number) => {
		for (let half = 0; half < minutes * 2; half++) {
			body.write('.');
			await clock.advance(30_000);
		}
	};
	await drip(29.5);
	expect(isOver).toBe(false);
	await drip(1);
	expect(isOver).toBe(true);
	expect(await ended).toMatchObject({
		transient: false,
		message: expect.stringMatching(/more than 30 minutes/),
	});
});

test('hands on trouble on the way', async () => {
	const body = new PassThrough();
	const reading = length(
		guardedStream(body, MAX_IMAGE_BYTES, undefined, new VirtualClock()).stream,
	);
	body.destroy(new Error('ECONNRESET'));
	await expect(reading).rejects.toThrow('ECONNRESET');
});
