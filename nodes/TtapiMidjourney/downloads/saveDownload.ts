import type { IBinaryData } from 'n8n-workflow';

import { DownloadError } from './downloadError';
import { TYPES_BY_ENDING, download, type Downloader } from './download';

const TRIES = 3;
const FIRST_WAIT_MS = 1_000;

/**
 * Streams a picture or video into n8n's binary store; tries again where that may help. Throws a DownloadError.
 * @param mostBytes how large it may be
 * @param name the file's name without its ending: that comes with the answer's type
 */
export async function saveDownload(
	downloader: Downloader,
	address: string,
	name: string,
	mostBytes: number,
): Promise<IBinaryData> {
	for (let tries = 1; ; tries++) {
		const saving = download(downloader, address, mostBytes, async (body, mimeType) => {
			const fileName = `${name}.${endingOf(mimeType)}`;
			return await downloader.context.helpers.prepareBinaryData(body, fileName, mimeType);
		});
		const saved = await saving.catch((error: unknown) => {
			if (error instanceof DownloadError && error.transient && tries < TRIES) return undefined;
			throw error;
		});
		if (saved) return saved;
		await downloader.clock.sleep(FIRST_WAIT_MS * 2 ** (tries - 1));
	}
}

/** The ending of a file of this type. Throws for a web page and the like. */
function endingOf(mimeType: string): string {
	const ending = Object.keys(TYPES_BY_ENDING).find((each) => TYPES_BY_ENDING[each] === mimeType);
	if (ending) return ending;
	throw new DownloadError(
		`the answer is not an image or a video but ${mimeType || 'of no known type'}`,
		false,
	);
}
