import { cancelSignal, type NodeContext } from '../n8n/context';
import type { Clock } from '../jobs/clock';
import { inTime } from '../jobs/clock';
import { StoppedError } from '../jobs/errors';
import { inShort } from '../jobs/quoted';
import { httpUrl, isPrivateHost } from '../transport/hosts';
import { DownloadError, OutOfTimeError, asDownloadError } from './downloadError';
import { guardedStream, type ByteStream } from './guardedStream';

const ANSWER_TIMEOUT_MS = 60_000;
const MAX_REDIRECTS = 5;

/** The HTTP statuses for a file that doesn't exist, or whose signed link has expired. */
const GONE = new Set([403, 404, 410]);

export interface Downloader {
	context: NodeContext;
	clock: Clock;
	/** Whether private hosts are allowed: if the API itself is on one, its images are, too. */
	allowPrivate: boolean;
	/** When downloads are given up, in ms of the clock; undefined for never. */
	until?: number;
}

/** The types of TTAPI's files. If a type has two extensions, files get the first one. */
export const TYPES_BY_EXTENSION: Record<string, string> = {
	png: 'image/png',
	jpg: 'image/jpeg',
	jpeg: 'image/jpeg',
	webp: 'image/webp',
	gif: 'image/gif',
	bmp: 'image/bmp',
	mp4: 'video/mp4',
	webm: 'video/webm',
	mov: 'video/quicktime',
};
const UNSPECIFIC_TYPES = ['', 'application/octet-stream', 'binary/octet-stream'];

/**
 * Downloads a public file. No credential is sent, because an image's host must not get the key.
 * Throws a DownloadError or a StoppedError. The connection is always closed.
 * @param maxBytes how large the file may be
 * @param use gets the bytes, and the type by the response's header or, if that is unspecific, by the URL's extension
 */
export async function download<T>(
	downloader: Downloader,
	address: string,
	maxBytes: number,
	use: (body: ByteStream, mimeType: string) => Promise<T>,
): Promise<T> {
	const { clock, until } = downloader;
	const opening = follow(downloader, address);
	const downloading = opening.then(async ({ url, headers, body }) => {
		const mimeType = typeOf(headers['content-type'], url.pathname, address);
		const length = headers['content-length'];
		const claimedBytes = length === undefined ? undefined : Number(length);
		const guarded = guardedStream(body, maxBytes, claimedBytes, clock);
		const result = await Promise.race([use(guarded.stream, mimeType), guarded.stalled]);
		if (guarded.received() === 0) throw new DownloadError('it is empty', true);
		return result;
	});
	try {
		if (until === undefined) return await downloading;
		return await inTime(clock, until - clock.now(), downloading, () => new OutOfTimeError());
	} catch (error) {
		const isStopped = cancelSignal(downloader.context)?.aborted;
		throw isStopped ? new StoppedError() : asDownloadError(error);
	} finally {
		// Also if the answer comes after the time is over.
		void opening.then(({ body }) => body.destroy()).catch(() => {});
	}
}

interface Opened {
	url: URL;
	headers: Record<string, string | undefined>;
	body: ByteStream;
}

/** Follows redirects one by one, because each URL on the way must be http(s) and public. */
async function follow(downloader: Downloader, address: string): Promise<Opened> {
	let next = address;
	for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
		const url = allowedUrl(next, downloader.allowPrivate);
		const { statusCode, headers, body } = await request(downloader, url);
		if (statusCode === 200) return { url, headers, body };

		body.destroy();
		const { location } = headers;
		if (statusCode < 300 || statusCode >= 400 || location === undefined) {
			const transient = statusCode < 300 || statusCode === 429 || statusCode >= 500;
			const isGone = GONE.has(statusCode);
			throw new DownloadError(
				`${inShort(url.host)} answered with HTTP ${statusCode}`,
				transient,
				isGone,
			);
		}
		next = URL.canParse(location, url) ? new URL(location, url).href : location;
	}
	throw new DownloadError(`it is redirected more than ${MAX_REDIRECTS} times`, false);
}

/** @param addresses the last and the first URL of a redirected download: either may have the extension */
function typeOf(contentType: string | undefined, ...addresses: string[]): string {
	const type = (contentType ?? '').split(';')[0].trim().toLowerCase();
	if (type === 'image/jpg') return 'image/jpeg';
	if (!UNSPECIFIC_TYPES.includes(type)) return type;
	const found = addresses.map((each) => /\.(\w+)(?:[?#]|$)/.exec(each)?.[1].toLowerCase() ?? '');
	const known = found.find((extension) => Object.hasOwn(TYPES_BY_EXTENSION, extension));
	return known ? TYPES_BY_EXTENSION[known] : type;
}

/** The parsed URL. Throws a DownloadError if it isn't http(s), or if it is private and that isn't allowed. */
export function allowedUrl(address: string, allowPrivate: boolean): URL {
	const url = httpUrl(address);
	if (!url) throw new DownloadError('its URL is not http(s)', false);
	if (!allowPrivate && isPrivateHost(url.hostname)) {
		throw new DownloadError(`its URL is in a private network (${inShort(url.host)})`, false);
	}
	return url;
}

async function request({ context, clock, until = Infinity }: Downloader, url: URL) {
	if (clock.now() >= until) throw new OutOfTimeError();
	try {
		return (await context.helpers.httpRequest({
			url: url.href,
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout: ANSWER_TIMEOUT_MS,
			abortSignal: cancelSignal(context),
		})) as { statusCode: number; headers: Record<string, string | undefined>; body: ByteStream };
	} catch (error) {
		throw asDownloadError(error);
	}
}
