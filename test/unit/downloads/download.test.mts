import { PassThrough } from 'node:stream';

import { describe, expect, test } from '@jest/globals';

import {
	DownloadError,
	OutOfTimeError,
} from '../../../nodes/TtapiMidjourney/downloads/downloadError.ts';
import { download } from '../../../nodes/TtapiMidjourney/downloads/download.ts';
import { StoppedError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { caught } from '../support/caught.mts';
import { bytesOf, fakeDownloader, file, redirectTo } from '../support/downloads.mts';
import type { FakeN8n } from '../support/fakeContext.mts';
import { png } from '../support/pictures.mts';
import { settle } from '../support/virtualClock.mts';

const ADDRESS = 'https://cdn.ttapi.io/grid.png';
const MOST_BYTES = 2 * 1024 ** 2;

/** Takes every byte, and the type. */
const take = async (body: AsyncIterable<Buffer>, mimeType: string) => ({
	bytes: await bytesOf(body),
	mimeType,
});

function open(answer: FakeN8n['download'], address = ADDRESS, allowPrivate = false) {
	const { downloader, downloads, run } = fakeDownloader(answer, { allowPrivate });
	return { downloads, opened: run(download(downloader, address, MOST_BYTES, take)) };
}

const refused = async (answer: FakeN8n['download'], address = ADDRESS) =>
	await caught(open(answer, address).opened, DownloadError);

describe('a download', () => {
	test('gives the bytes as a stream, and the type of the answer', async () => {
		const { opened } = open(() => file(png(), { 'content-type': 'Image/PNG; charset=binary' }));
		const { bytes, mimeType } = await opened;
		expect(bytes).toEqual(png());
		expect(mimeType).toBe('image/png');
	});

	test.each([
		['https://cdn.ttapi.io/grid', ''],
		['https://cdn.ttapi.io/grid.php', ''],
		['https://cdn.ttapi.io/grid.constructor', ''],
		['https://cdn.ttapi.io/grid.toString', ''],
		['https://cdn.ttapi.io/grid.PNG?x=1.mp4', 'image/png'],
		['https://cdn.ttapi.io/clip.mp4', 'video/mp4'],
	])(
		'has the type that its address ends with where the answer says none: %s',
		async (address, type) => {
			expect((await open(() => file(png(), {}), address).opened).mimeType).toBe(type);
		},
	);

	test('is a request without credential, streamed, that follows no redirect by itself', async () => {
		const { opened, downloads } = open(() => file());
		await opened;
		expect(downloads).toMatchObject([
			{ url: ADDRESS, encoding: 'stream', disableFollowRedirect: true },
		]);
		expect(downloads[0].headers).toBeUndefined();
	});

	test('ends with a Stop', async () => {
		const { downloader, downloads, stop, run } = fakeDownloader(() => file());
		await run(download(downloader, ADDRESS, MOST_BYTES, take));
		expect(downloads[0].abortSignal).toBe(stop.signal);
	});

	test('is a Stop where it was stopped on the way', async () => {
		const { downloader, stop, run } = fakeDownloader(() => file());
		const downloading = download(downloader, ADDRESS, MOST_BYTES, async () => {
			stop.abort();
			throw new Error('canceled');
		});
		await expect(run(downloading)).rejects.toBeInstanceOf(StoppedError);
	});

	test('that brings nothing for a minute is given up: it may work next time', async () => {
		const silent = new PassThrough();
		const error = await refused(() => file(silent));
		expect(error.message).toMatch(/nothing came for 60 s/);
		expect(error.transient).toBe(true);
		expect(silent.destroyed).toBe(true);
	});

	test.each([true, false])(
		'is closed at the end, whether its bytes were taken: %s',
		async (taken) => {
			const answer = file();
			const { downloader, run } = fakeDownloader(() => answer);
			const use = async (body: AsyncIterable<Buffer>) => taken && (await bytesOf(body));
			await run(download(downloader, ADDRESS, MOST_BYTES, use)).catch(() => {});
			expect(answer.body.destroyed).toBe(true);
		},
	);

	test.each([403, 404, 410])('%i is final', async (status) => {
		const error = await refused(() => file(png(), {}, status));
		expect(error.message).toMatch(new RegExp(`cdn.ttapi.io answered with HTTP ${status}`));
		expect(error.transient).toBe(false);
	});

	test.each([429, 500, 503])('%i may be another one next time', async (status) => {
		expect((await refused(() => file(png(), {}, status))).transient).toBe(true);
	});

	test('that cannot be connected may work next time', async () => {
		const error = await refused(() => {
			throw new Error('connect ECONNREFUSED');
		});
		expect(error).toMatchObject({ transient: true, message: 'connect ECONNREFUSED' });
	});

	test.each(['image/png', 'video/mp4', 'application/octet-stream', ''])(
		'may be as large as its caller says, whatever its type claims to be: "%s"',
		async (type) => {
			const claims = (bytes: number) => () =>
				file(png(), { 'content-type': type, 'content-length': String(bytes) });
			const error = await refused(claims(MOST_BYTES + 1));
			expect(error).toMatchObject({ transient: false, message: 'it is larger than 2 MB' });
			await expect(open(claims(MOST_BYTES)).opened).resolves.toBeDefined();
		},
	);

	test('that is empty is broken: it may work next time', async () => {
		const error = await refused(() => file(Buffer.alloc(0)));
		expect(error).toMatchObject({ transient: true, message: 'it is empty' });
	});

	test.each([201, 204, 206])('%i is no success: it may work next time', async (status) => {
		const error = await refused(() => file(png(), { 'content-type': 'image/png' }, status));
		expect(error.message).toMatch(new RegExp(`HTTP ${status}`));
		expect(error.transient).toBe(true);
	});
});

describe('a download with a time by which it must be over', () => {
	const UNTIL = 5_500;

	/** What comes of it, and when. */
	async function until(answer: FakeN8n['download'], at = UNTIL) {
		const { downloader, downloads, clock, run } = fakeDownloader(answer, { until: at });
		const error = await caught(run(download(downloader, ADDRESS, MOST_BYTES, take)), DownloadError);
		return { error, downloads, clock, endedAt: clock.now() };
	}

	test('is given up then, and its connection closed', async () => {
		const silent = new PassThrough();
		const { error, endedAt } = await until(() => file(silent));
		expect(error).toBeInstanceOf(OutOfTimeError);
		expect(endedAt).toBe(UNTIL);
		expect(silent.destroyed).toBe(true);
	});

	test('is given up then without any answer, and one that comes later is closed', async () => {
		const late = new PassThrough();
		let answer = (_: unknown) => {};
		const { error, endedAt } = await until(
			async () => await new Promise((resolve) => (answer = resolve)),
		);
		expect(error).toBeInstanceOf(OutOfTimeError);
		expect(endedAt).toBe(UNTIL);
		answer(file(late));
		await settle();
		expect(late.destroyed).toBe(true);
	});

	test('is not begun any more when that has passed', async () => {
		const { error, downloads } = await until(() => file(), 0);
		expect(error).toBeInstanceOf(OutOfTimeError);
		expect(downloads).toEqual([]);
	});

	test('follows no redirect any more when that has passed', async () => {
		let answer = (_: unknown) => {};
		const { downloads } = await until(
			async () => await new Promise((resolve) => (answer = resolve)),
		);
		answer(redirectTo('https://mirror.example.com/a.png'));
		await settle();
		expect(downloads).toHaveLength(1);
	});

	test('leaves nothing behind that waits when it is through', async () => {
		const { downloader, clock, run } = fakeDownloader(() => file(), { until: 3_600_000 });
		await run(download(downloader, ADDRESS, MOST_BYTES, take));
		await clock.advance(5_000);
		const sleeps = clock.slept.length;
		await clock.advance(60_000);
		expect(clock.slept).toHaveLength(sleeps);
	});
});

describe('where it may go', () => {
	test.each([
		'ftp://cdn.ttapi.io/a.png',
		'file:///etc/passwd',
		'data:image/png;base64,AA==',
		'nothing',
	])('only to http(s): not to %s', async (address) => {
		const { opened, downloads } = open(() => file(), address);
		expect((await caught(opened, DownloadError)).message).toMatch(/not http/);
		expect(downloads).toEqual([]);
	});

	test.each([
		'http://localhost/a.png',
		'http://127.1/a.png',
		'http://192.168.0.1/a.png',
		'http://169.254.169.254/latest/meta-data',
		'http://[::ffff:10.0.0.1]/a.png',
	])('not to a private address: %s', async (address) => {
		const { opened, downloads } = open(() => file(), address);
		const error = await caught(opened, DownloadError);
		expect(error.message).toMatch(/private network/);
		expect(error.transient).toBe(false);
		expect(downloads).toEqual([]);
	});

	test('to a private address where the API itself is at one', async () => {
		const { opened } = open(() => file(), 'http://127.0.0.1:3000/a.png', true);
		await expect(opened).resolves.toBeDefined();
	});
});

describe('a redirect', () => {
	test('is followed, whether its address is whole or not', async () => {
		const { opened, downloads } = open(({ url }) =>
			url === ADDRESS
				? redirectTo('/moved.png')
				: url.endsWith('/moved.png')
					? redirectTo('https://mirror.example.com/a.png', 308)
					: file(),
		);
		await opened;
		expect(downloads.map(({ url }) => url)).toEqual([
			ADDRESS,
			'https://cdn.ttapi.io/moved.png',
			'https://mirror.example.com/a.png',
		]);
	});

	test.each(['http://169.254.169.254/', 'http://localhost/', 'file:///etc/passwd', 'http://['])(
		'leads no further than an address may: not to %s',
		async (location) => {
			const { opened, downloads } = open(() => redirectTo(location));
			await expect(opened).rejects.toBeInstanceOf(DownloadError);
			expect(downloads).toHaveLength(1);
		},
	);

	test('to nowhere is an answer without a file', async () => {
		expect((await refused(() => file(png(), {}, 304))).message).toMatch(/HTTP 304/);
	});

	test('that never ends is given up', async () => {
		const { opened, downloads } = open(() => redirectTo(ADDRESS));
		const error = await caught(opened, DownloadError);
		expect(error).toMatchObject({ transient: false });
		expect(error.message).toMatch(/redirected more than/);
		expect(downloads.length).toBeLessThanOrEqual(10);
	});
});
