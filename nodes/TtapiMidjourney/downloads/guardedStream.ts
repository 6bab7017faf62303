import type { BinaryHelperFunctions } from 'n8n-workflow';

import type { Clock } from '../jobs/clock';
import { DownloadError } from './downloadError';

/** A stream of bytes, as n8n stores it: Node's ByteStream, named without its module, which the official linter forbids. */
export type ByteStream = Exclude<Parameters<BinaryHelperFunctions['prepareBinaryData']>[0], Buffer>;

/** The largest image and the largest video that are downloaded. */
export const MOST_IMAGE_BYTES = 64 * 1024 ** 2;
export const MOST_VIDEO_BYTES = 512 * 1024 ** 2;

/** A download that brings nothing for this long is given up. */
const SILENCE_MS = 60_000;
/** So is one that only drips: at this limit the slowest video comes with 0.3 MB a second. */
const LONGEST_MS = 30 * 60_000;
const CHECK_EVERY_MS = 1_000;

export interface Guarded {
	/** The same bytes. */
	stream: ByteStream;
	/** Rejects with a DownloadError when nothing came for too long; whoever reads the stream does not wait for it any more. */
	silence: Promise<never>;
	/** How many bytes came so far. */
	received: () => number;
}

/**
 * Watches over a download: it is given up with a DownloadError as soon as it is too long, whatever its header claimed, or
 * silent for too long.
 * @param most how many bytes it may have
 * @param claimedBytes the Content-Length header, where there is one
 */
export function guardedStream(
	body: ByteStream,
	most: number,
	claimedBytes: number | undefined,
	clock: Clock,
): Guarded {
	const tooLarge = () => new DownloadError(`it is larger than ${most / 1024 ** 2} MB`, false);
	if (claimedBytes !== undefined && claimedBytes > most) throw tooLarge();

	let received = 0;
	const startedAt = clock.now();
	let lastAt = startedAt;
	const stream = body.map((chunk: Buffer) => {
		received += chunk.length;
		lastAt = clock.now();
		if (received > most) throw tooLarge();
		return chunk;
	});
	const watch = async () => {
		while (!body.destroyed) {
			await clock.sleep(CHECK_EVERY_MS);
			const now = clock.now();
			if (now - lastAt > SILENCE_MS)
				throw new DownloadError(`nothing came for ${SILENCE_MS / 1000} s`, true);
			if (now - startedAt > LONGEST_MS)
				throw new DownloadError('it took more than 30 minutes', false);
		}
		return await new Promise<never>(() => {});
	};
	return { stream, silence: watch(), received: () => received };
}
