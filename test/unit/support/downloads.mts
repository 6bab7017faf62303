import { Readable } from 'node:stream';

import { expect } from '@jest/globals';

import type { Downloader } from '../../../nodes/TtapiMidjourney/downloads/download.ts';
import { fakeContext, type FakeN8n } from './fakeContext.mts';
import { png } from './pictures.mts';
import { VirtualClock } from './virtualClock.mts';

/** What n8n's HTTP helper gives for a file. */
export function file(
	content: Buffer | Readable = png(),
	headers: Record<string, string> = { 'content-type': 'image/png' },
	statusCode = 200,
) {
	const body = content instanceof Readable ? content : Readable.from([content]);
	return { statusCode, headers, body };
}

export const redirectTo = (location: string, statusCode = 302) =>
	file(Buffer.alloc(0), { location }, statusCode);

/** All the bytes of a stream. */
export async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(chunk);
	return Buffer.concat(chunks);
}

/** A binary store that reads each stream to its end, as n8n's does. */
export const store = {
	prepareBinaryData: async (body: Readable, fileName: string, mimeType: string) => ({
		data: (await bytesOf(body)).toString('base64'),
		fileName,
		mimeType,
	}),
	binaryToBuffer: bytesOf,
};

/** A downloader whose files come from the test. */
export function fakeDownloader(
	download: FakeN8n['download'],
	changes: Partial<Pick<Downloader, 'allowPrivate' | 'until'>> & { helpers?: object } = {},
) {
	const clock = new VirtualClock();
	const { helpers, ...rest } = changes;
	const fake = fakeContext({ download, helpers: { ...store, ...helpers } });
	const downloader: Downloader = { context: fake.context, clock, allowPrivate: false, ...rest };
	/** Goes on until the download has ended, and checks that it carried no key. */
	const run = async <T,>(work: Promise<T>): Promise<T> => {
		try {
			return await clock.run(work);
		} finally {
			expect(JSON.stringify(fake.downloads)).not.toMatch(/TT-API-KEY|tt-secret/i);
		}
	};
	return { ...fake, clock, downloader, run };
}
