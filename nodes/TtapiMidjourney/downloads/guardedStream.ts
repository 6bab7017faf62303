import type { BinaryHelperFunctions } from 'n8n-workflow';

import type { Clock } from '../jobs/clock';
import { DownloadError } from './downloadError';

/** Node's Readable. n8n's linter forbids importing its module. */
export type ByteStream = Exclude<Parameters<BinaryHelperFunctions['prepareBinaryData']>[0], Buffer>;

/** The largest image and the largest video that are downloaded. */
export const MAX_IMAGE_BYTES = 64 * 1024 ** 2;
export const MAX_VIDEO_BYTES = 512 * 1024 ** 2;

/** A download fails if nothing arrives for this long. */
const STALL_TIMEOUT_MS = 60_000;
/** A download fails if it takes longer than this: the largest video then arrives at less than 0.3 MB per second. */
const MAX_DURATION_MS = 30 * 60_000;
const CHECK_EVERY_MS = 1_000;

export interface Guarded {
	/** The same bytes. Fails with a DownloadError if there are too many. */
	stream: ByteStream;
	/** Never resolves; rejects with a DownloadError if the download stalls or takes too long. */
	stalled: Promise<never>;
	received: () => number;
}

/**
 * Guards a download against files that are too large, whatever their header says, and against stalls. Throws a DownloadError
 * if the header already says that the file is too large.
 * @param maxBytes how large the file may be
 * @param claimedBytes the Content-Length header, if there is one
 */
export function guardedStream(
	body: ByteStream,
	maxBytes: number,
	claimedBytes: number | undefined,
	clock: Clock,
): Guarded {
	const tooLarge = () => new DownloadError(`it is larger than ${maxBytes / 1024 ** 2} MB`, false);
	if (claimedBytes !== undefined && claimedBytes > maxBytes) throw tooLarge();

	let received = 0;
	const startedAt = clock.now();
	let lastAt = startedAt;
	const stream = body.map((chunk: Buffer) => {
		received += chunk.length;
		lastAt = clock.now();
		if (received > maxBytes) throw tooLarge();
		return chunk;
	});
	const watch = async () => {
		while (!body.destroyed) {
			await clock.sleep(CHECK_EVERY_MS);
			const now = clock.now();
			if (now - lastAt > STALL_TIMEOUT_MS)
				throw new DownloadError(`nothing came for ${STALL_TIMEOUT_MS / 1000} s`, true);
			if (now - startedAt > MAX_DURATION_MS)
				throw new DownloadError('it took more than 30 minutes', false);
		}
		return await new Promise<never>(() => {});
	};
	return { stream, stalled: watch(), received: () => received };
}
