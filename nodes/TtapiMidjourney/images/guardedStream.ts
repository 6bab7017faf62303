import type { BinaryHelperFunctions } from 'n8n-workflow';

import type { Clock } from '../jobs/clock';
import { DownloadError } from './downloadError';

/** A stream of bytes, as n8n stores it: Node's ByteStream, named without its module, which the official linter forbids. */
export type ByteStream = Exclude<Parameters<BinaryHelperFunctions['prepareBinaryData']>[0], Buffer>;

const MOST_BYTES = { image: 64 * 1024 ** 2, video: 512 * 1024 ** 2 };
/** A download that brings nothing for this long is given up. */
const SILENCE_MS = 60_000;
const CHECK_EVERY_MS = 1_000;

export interface Guarded {
	/** The same bytes. */
	stream: ByteStream;
	/** Rejects with a DownloadError when nothing came for too long; whoever reads the stream does not wait for it any more. */
	silence: Promise<never>;
}

/**
 * Watches over a download: it is given up with a DownloadError as soon as it is too long, whatever its header claimed, or
 * silent for too long.
 * @param claimedBytes the Content-Length header, where there is one
 */
export function guardedStream(
	body: ByteStream,
	mimeType: string,
	claimedBytes: number | undefined,
	clock: Clock,
): Guarded {
	const most = mimeType.startsWith('video/') ? MOST_BYTES.video : MOST_BYTES.image;
	const tooLarge = () => new DownloadError(`it is larger than ${most / 1024 ** 2} MB`, false);
	if (claimedBytes !== undefined && claimedBytes > most) throw tooLarge();

	let received = 0;
	let lastAt = clock.now();
	const stream = body.map((chunk: Buffer) => {
		received += chunk.length;
		lastAt = clock.now();
		if (received > most) throw tooLarge();
		return chunk;
	});
	const watch = async () => {
		while (!body.destroyed) {
			await clock.sleep(CHECK_EVERY_MS);
			if (clock.now() - lastAt <= SILENCE_MS) continue;
			throw new DownloadError(`nothing came for ${SILENCE_MS / 1000} s`, true);
		}
		return await new Promise<never>(() => {});
	};
	return { stream, silence: watch() };
}
