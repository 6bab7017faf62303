import { PassThrough, Readable } from 'node:stream';

import { expect, test } from '@jest/globals';

import { DownloadError } from '../../../nodes/TtapiMidjourney/images/downloadError.ts';
import { guardedStream } from '../../../nodes/TtapiMidjourney/images/guardedStream.ts';
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
	const guarded = guardedStream(body, 'image/png', 6, new VirtualClock()).stream;
	expect((await bytesOf(guarded)).toString()).toBe('onetwo');
});

test.each([
	['image/png', 64],
	['video/mp4', 512],
])('%s: %i MB pass, one byte more does not', async (mimeType, most) => {
	const clock = new VirtualClock();
	expect(await length(guardedStream(large(most).body, mimeType, undefined, clock).stream)).toBe(
		most * MB.length,
	);
	const tooLarge = Readable.from(
		(async function* () {
			yield* large(most).body;
			yield Buffer.alloc(1);
		})(),
	);
	const error = await caught(
		length(guardedStream(tooLarge, mimeType, undefined, clock).stream),
		DownloadError,
	);
	expect(error).toMatchObject({ passing: false });
	expect(error.message).toContain(`${most} MB`);
});

test('believes the bytes, not the header, and takes no more than it has to', async () => {
	const { body, read } = large(200);
	const guarded = guardedStream(body, 'image/png', 10, new VirtualClock()).stream;
	await expect(length(guarded)).rejects.toBeInstanceOf(DownloadError);
	expect(read.chunks).toBeLessThan(100);
	expect(body.destroyed).toBe(true);
});

test('takes nothing where the header already claims too much', () => {
	const { body, read } = large(1);
	expect(() => guardedStream(body, 'image/png', 65 * MB.length, new VirtualClock())).toThrow(
		DownloadError,
	);
	expect(read.chunks).toBe(0);
});

test('gives up a file that brings nothing for a minute: it may work next time', async () => {
	const clock = new VirtualClock();
	const body = new PassThrough();
	const { stream, silence } = guardedStream(body, 'image/png', undefined, clock);
	void length(stream);
	let isOver = false;
	const ended = caught(silence, DownloadError).finally(() => (isOver = true));
	body.write(MB);
	await clock.advance(50_000);
	body.write(MB);
	await clock.advance(50_000);
	expect(isOver).toBe(false);
	await clock.advance(15_000);
	const error = await ended;
	expect(error.message).toMatch(/nothing came for 60 s/);
	expect(error.passing).toBe(true);
});

test('hands on trouble on the way', async () => {
	const body = new PassThrough();
	const reading = length(guardedStream(body, 'image/png', undefined, new VirtualClock()).stream);
	body.destroy(new Error('ECONNRESET'));
	await expect(reading).rejects.toThrow('ECONNRESET');
});
