import { cancelSignal, type NodeContext } from '../n8n/context';
import type { Clock } from '../jobs/clock';
import { StoppedError } from '../jobs/errors';
import { httpUrl, isPrivateHost } from '../transport/hosts';
import { DownloadError, asDownloadError } from './downloadError';
import { guardedStream, type ByteStream } from './guardedStream';

const ANSWER_TIMEOUT_MS = 60_000;
const MOST_REDIRECTS = 5;

/** What a host says of a file that it does not have, or whose signed link has expired. */
const GONE = new Set([403, 404, 410]);

/** Where downloads are made from: the node, its clock, and what it may reach. */
export interface Downloader {
	context: NodeContext;
	clock: Clock;
	/** True where the API itself is in a private network, so that its pictures are, too. */
	allowPrivate: boolean;
}

/** The file endings of the types that TTAPI's results have. The first of two is the one that files are named with. */
export const TYPES_BY_ENDING: Record<string, string> = {
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
 * Downloads a public file, without any credential: no key ever goes to a picture's host.
 * Throws a DownloadError, or a StoppedError; the connection is closed in any case.
 * @param mostBytes how large it may be
 * @param use takes the bytes. `mimeType` is the type that the answer says; where it says none in particular, the one that
 *   the address ends with
 */
export async function download<T>(
	downloader: Downloader,
	address: string,
	mostBytes: number,
	use: (body: ByteStream, mimeType: string) => Promise<T>,
): Promise<T> {
	let opened: Opened | undefined;
	try {
		opened = await follow(downloader, address);
		const { url, headers, body } = opened;
		const mimeType = typeOf(headers['content-type'], url.pathname, address);
		const length = headers['content-length'];
		const claimedBytes = length === undefined ? undefined : Number(length);
		const { clock } = downloader;
		const guarded = guardedStream(body, mostBytes, claimedBytes, clock);
		const result = await Promise.race([use(guarded.stream, mimeType), guarded.silence]);
		if (guarded.received() === 0) throw new DownloadError('it is empty', true);
		return result;
	} catch (error) {
		const isStopped = cancelSignal(downloader.context)?.aborted;
		throw isStopped ? new StoppedError() : asDownloadError(error);
	} finally {
		opened?.body.destroy();
	}
}

interface Opened {
	url: URL;
	headers: Record<string, string | undefined>;
	body: ByteStream;
}

/** Follows redirects one by one, because each address on the way has to be http(s) and public. */
async function follow(downloader: Downloader, address: string): Promise<Opened> {
	let next = address;
	for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
		const url = allowedUrl(next, downloader.allowPrivate);
		const { statusCode, headers, body } = await request(downloader.context, url);
		if (statusCode === 200) return { url, headers, body };

		body.destroy();
		const { location } = headers;
		if (statusCode < 300 || statusCode >= 400 || location === undefined) {
			const transient = statusCode < 300 || statusCode === 429 || statusCode >= 500;
			const isGone = GONE.has(statusCode);
			throw new DownloadError(`${url.host} answered with HTTP ${statusCode}`, transient, isGone);
		}
		next = URL.canParse(location, url) ? new URL(location, url).href : location;
	}
	throw new DownloadError(`it is redirected more than ${MOST_REDIRECTS} times`, false);
}

/** @param addresses the last and the first one of a redirected download: the first may be the one with an ending */
function typeOf(contentType: string | undefined, ...addresses: string[]): string {
	const said = (contentType ?? '').split(';')[0].trim().toLowerCase();
	if (said === 'image/jpg') return 'image/jpeg';
	if (!UNSPECIFIC_TYPES.includes(said)) return said;
	const endings = addresses.map((each) => /\.(\w+)(?:[?#]|$)/.exec(each)?.[1].toLowerCase() ?? '');
	const known = endings.find((ending) => Object.hasOwn(TYPES_BY_ENDING, ending));
	return known ? TYPES_BY_ENDING[known] : said;
}

/** Throws a DownloadError for an address that nothing is downloaded from. */
export function allowedUrl(address: string, allowPrivate: boolean): URL {
	const url = httpUrl(address);
	if (!url) throw new DownloadError('its URL is not http(s)', false);
	if (!allowPrivate && isPrivateHost(url.hostname)) {
		throw new DownloadError(`its URL is in a private network (${url.host})`, false);
	}
	return url;
}

async function request(context: NodeContext, url: URL) {
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
