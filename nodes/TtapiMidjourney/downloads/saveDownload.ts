import type { IBinaryData } from 'n8n-workflow';

import { inShort } from '../jobs/quoted';
import { DownloadError, OutOfTimeError } from './downloadError';
import { TYPES_BY_EXTENSION, download, type Downloader } from './download';

const MAX_TRIES = 3;
const FIRST_WAIT_MS = 1_000;

/**
 * Streams an image or video into n8n's binary storage, and retries after transient errors. Throws a DownloadError or a
 * StoppedError.
 * @param name the file's name without its extension, which depends on the type
 * @param maxBytes how large the file may be
 */
export async function saveDownload(
	downloader: Downloader,
	address: string,
	name: string,
	maxBytes: number,
): Promise<IBinaryData> {
	const { clock, until = Infinity } = downloader;
	for (let tries = 1; ; tries++) {
		const saving = download(downloader, address, maxBytes, async (body, mimeType) => {
			const fileName = `${name}.${extensionOf(mimeType)}`;
			return await downloader.context.helpers.prepareBinaryData(body, fileName, mimeType);
		});
		const saved = await saving.catch((error: unknown) => {
			if (error instanceof DownloadError && error.transient && tries < MAX_TRIES) return undefined;
			throw error;
		});
		if (saved) return saved;
		const wait = FIRST_WAIT_MS * 2 ** (tries - 1);
		if (clock.now() + wait >= until) throw new OutOfTimeError();
		await clock.sleep(wait);
	}
}

/** The extension for a type. Throws a DownloadError for a web page and the like. */
function extensionOf(mimeType: string): string {
	const extensions = Object.keys(TYPES_BY_EXTENSION);
	const found = extensions.find((each) => TYPES_BY_EXTENSION[each] === mimeType);
	if (found) return found;
	throw new DownloadError(
		`the answer is not an image or a video but ${inShort(mimeType) || 'of no known type'}`,
		false,
	);
}
