import type { IExecuteFunctions } from 'n8n-workflow';

import type { Clock } from '../jobs/clock';
import { isPrivateHost, parsed } from '../transport/hosts';
import { DownloadError, asDownloadError } from './downloadError';
import { guardedStream, type ByteStream } from './guardedStream';

const ANSWER_TIMEOUT_MS = 60_000;
const MOST_REDIRECTS = 5;

/** Where downloads are made from: the node, its clock, and what it may reach. */
export interface Downloader {
	context: IExecuteFunctions;
	clock: Clock;
	/** True where the API itself is in a private network, so that its pictures are, too. */
	allowPrivate: boolean;
}

export interface Download {
	/** The bytes, at most 64 MB of them (a video: 512 MB), else a DownloadError. */
	body: ByteStream;
	/** The Content-Type header without its parameters; empty where there is none. */
	mimeType: string;
}

/**
 * Opens the download of a public file, without any credential: no key ever goes to a picture's host.
 * Follows redirects by itself, because each address on the way has to be http(s) and public. Throws DownloadError.
 */
export async function openDownload(downloader: Downloader, address: string): Promise<Download> {
	let next = address;
	for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
		const url = allowedUrl(next, downloader.allowPrivate);
		const { statusCode, headers, body } = await request(downloader.context, url);
		const { location } = headers;
		if (statusCode >= 300 && statusCode < 400 && location !== undefined) {
			body.destroy();
			next = URL.canParse(location, url) ? new URL(location, url).href : location;
			continue;
		}
		if (statusCode < 200 || statusCode >= 300) {
			body.destroy();
			const passing = statusCode === 429 || statusCode >= 500;
			throw new DownloadError(`${url.host} answered with HTTP ${statusCode}`, passing);
		}
		const mimeType = (headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
		const length = headers['content-length'];
		const bytes = length === undefined ? undefined : Number(length);
		return { mimeType, body: guardedStream(body, mimeType, bytes, downloader.clock) };
	}
	throw new DownloadError(`it is redirected more than ${MOST_REDIRECTS} times`, false);
}

function allowedUrl(address: string, allowPrivate: boolean): URL {
	const url = parsed(address);
	if (!url || !['http:', 'https:'].includes(url.protocol)) {
		throw new DownloadError('its address is not http(s)', false);
	}
	if (!allowPrivate && isPrivateHost(url.hostname)) {
		throw new DownloadError(`its address is in a private network (${url.host})`, false);
	}
	return url;
}

async function request(context: IExecuteFunctions, url: URL) {
	try {
		return (await context.helpers.httpRequest({
			url: url.href,
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout: ANSWER_TIMEOUT_MS,
			abortSignal: context.getExecutionCancelSignal(),
		})) as { statusCode: number; headers: Record<string, string | undefined>; body: ByteStream };
	} catch (error) {
		throw asDownloadError(error);
	}
}
