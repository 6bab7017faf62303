import type { IBinaryData } from 'n8n-workflow';

import { StoppedError } from '../jobs/errors';
import { DownloadError, asDownloadError } from './downloadError';
import { openDownload, type Downloader } from './openDownload';

const TRIES = 3;
const FIRST_WAIT_MS = 1_000;

/** The types that are saved, with the ending of their file. */
const ENDINGS: Record<string, string> = {
	'image/png': 'png',
	'image/jpeg': 'jpg',
	'image/webp': 'webp',
	'image/gif': 'gif',
	'image/bmp': 'bmp',
	'video/mp4': 'mp4',
	'video/webm': 'webm',
	'video/quicktime': 'mov',
};

/**
 * Streams a picture or video into n8n's binary store; tries again where that may help. Throws a DownloadError.
 * @param name the file's name without its ending: that comes with the answer's type
 */
export async function saveDownload(
	downloader: Downloader,
	address: string,
	name: string,
): Promise<IBinaryData> {
	for (let tries = 1; ; tries++) {
		try {
			return await saveOnce(downloader, address, name);
		} catch (error) {
			const isStopped = downloader.context.getExecutionCancelSignal()?.aborted;
			const trouble = asDownloadError(error);
			if (isStopped || !trouble.passing || tries === TRIES) {
				throw isStopped ? new StoppedError() : trouble;
			}
		}
		await downloader.clock.sleep(FIRST_WAIT_MS * 2 ** (tries - 1));
	}
}

async function saveOnce(
	downloader: Downloader,
	address: string,
	name: string,
): Promise<IBinaryData> {
	const { body, mimeType: said } = await openDownload(downloader, address);
	try {
		const mimeType = savedType(said, address);
		return await downloader.context.helpers.prepareBinaryData(
			body,
			`${name}.${ENDINGS[mimeType]}`,
			mimeType,
		);
	} finally {
		body.destroy();
	}
}

/** The answer's type; where it says none, the one that the address ends with. Throws for a web page and the like. */
function savedType(mimeType: string, address: string): string {
	if (mimeType in ENDINGS) return mimeType;
	const isUnspecific = ['', 'application/octet-stream', 'binary/octet-stream'].includes(mimeType);
	const ending = /\.(\w+)$/.exec(new URL(address).pathname)?.[1].toLowerCase();
	const byEnding = Object.keys(ENDINGS).find((type) => ENDINGS[type] === ending);
	if (isUnspecific && byEnding) return byEnding;
	throw new DownloadError(
		`the answer is no picture or video but ${mimeType || 'of no known type'}`,
		false,
	);
}
