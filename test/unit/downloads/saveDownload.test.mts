import { Readable } from 'node:stream';

import { describe, expect, test } from '@jest/globals';

import {
	DownloadError,
	OutOfTimeError,
} from '../../../nodes/TtapiMidjourney/downloads/downloadError.ts';
import { MAX_IMAGE_BYTES } from '../../../nodes/TtapiMidjourney/downloads/guardedStream.ts';
import { saveDownload } from '../../../nodes/TtapiMidjourney/downloads/saveDownload.ts';
import { StoppedError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { caught } from '../support/caught.mts';
import { fakeDownloader, file } from '../support/downloads.mts';
import { png } from '../support/pictures.mts';

const ADDRESS = 'https://cdn.ttapi.io/grid.png';

/** Answers the tries one after the other, the last one again and again. */
function save(answers: Array<() => unknown>, address = ADDRESS, helpers = {}) {
	let tries = 0;
	const fake = fakeDownloader(() => answers[Math.min(tries++, answers.length - 1)](), { helpers });
	return {
		...fake,
		saved: fake.run(saveDownload(fake.downloader, address, 'job_1', MAX_IMAGE_BYTES)),
	};
}

const typed = (type?: string) => () =>
	file(png(), type === undefined ? {} : { 'content-type': type });

/** A file that breaks off after its first bytes. */
const broken = () =>
	file(
		Readable.from(
			(async function* () {
				yield png().subarray(0, 10);
				throw new Error('the connection broke off');
			})(),
		),
	);

describe('a file in the binary store', () => {
	test('has every byte, its name and its type', async () => {
		expect(await save([typed('image/png')]).saved).toEqual({
			data: png().toString('base64'),
			fileName: 'job_1.png',
			mimeType: 'image/png',
		});
	});

	test.each([
		['image/jpeg', 'job_1.jpg'],
		['image/webp', 'job_1.webp'],
		['image/gif', 'job_1.gif'],
		['image/bmp', 'job_1.bmp'],
		['video/mp4', 'job_1.mp4'],
		['video/webm', 'job_1.webm'],
		['video/quicktime', 'job_1.mov'],
	])('takes its type from the answer: %s', async (mimeType, fileName) => {
		expect(await save([typed(mimeType)]).saved).toMatchObject({ mimeType, fileName });
	});

	test.each([
		[undefined, 'https://cdn.ttapi.io/a.webp?x=1.png', 'image/webp'],
		['application/octet-stream', 'https://cdn.ttapi.io/a.PNG', 'image/png'],
		['binary/octet-stream', 'https://cdn.ttapi.io/a.mp4#t=1', 'video/mp4'],
		['application/octet-stream', 'https://cdn.ttapi.io/a.jpg', 'image/jpeg'],
		['application/octet-stream', 'https://cdn.ttapi.io/a.jpeg', 'image/jpeg'],
	])(
		'takes its type from the address where the answer says %s',
		async (said, address, mimeType) => {
			expect(await save([typed(said)], address).saved).toMatchObject({ mimeType });
		},
	);

	test.each([
		['text/html', ADDRESS, /text\/html/],
		['application/json', ADDRESS, /application\/json/],
		[undefined, 'https://cdn.ttapi.io/grid', /no known type/],
	])('is none where the answer is %s', async (said, address, why) => {
		const { saved, downloads } = save([typed(said)], address);
		const error = await caught(saved, DownloadError);
		expect(error.message).toMatch(why);
		expect(error.transient).toBe(false);
		expect(downloads).toHaveLength(1);
	});
});

describe('a broken download', () => {
	test.each([
		['a connection that breaks off', broken],
		['an empty file', () => file(Buffer.alloc(0))],
		['HTTP 503', () => file(png(), {}, 503)],
		['HTTP 206', () => file(png(), { 'content-type': 'image/png' }, 206)],
		[
			'no connection',
			() => {
				throw new Error('ECONNREFUSED');
			},
		],
	])('is tried again: %s', async (_, trouble) => {
		const { saved, downloads } = save([trouble, trouble, typed('image/png')]);
		await expect(saved).resolves.toMatchObject({ data: png().toString('base64') });
		expect(downloads).toHaveLength(3);
	});

	test('is an error after a few tries, with growing waits between them', async () => {
		const { saved, downloads, clock } = save([broken]);
		expect((await caught(saved, DownloadError)).message).toMatch(/broke off/);
		expect(downloads).toHaveLength(3);
		expect(clock.now()).toBeGreaterThan(0);
	});

	test('is not tried again where that cannot help', async () => {
		const { saved, downloads } = save([() => file(png(), {}, 404)]);
		await expect(saved).rejects.toThrow(/HTTP 404/);
		expect(downloads).toHaveLength(1);
	});

	test('is not tried again when the time would be over by then', async () => {
		const fake = fakeDownloader(() => file(png(), {}, 503), { until: 2_500 });
		const saving = saveDownload(fake.downloader, ADDRESS, 'job_1', MAX_IMAGE_BYTES);
		await expect(fake.run(saving)).rejects.toBeInstanceOf(OutOfTimeError);
		expect(fake.downloads).toHaveLength(2);
		expect(fake.clock.now()).toBeLessThan(2_500);
	});

	test('is not tried again after a Stop', async () => {
		const fake = fakeDownloader(() => {
			fake.stop.abort();
			throw new Error('canceled');
		});
		const saving = saveDownload(fake.downloader, ADDRESS, 'job_1', MAX_IMAGE_BYTES);
		await expect(fake.run(saving)).rejects.toBeInstanceOf(StoppedError);
		expect(fake.downloads).toHaveLength(1);
	});

	test('leaves no connection open when the file is not taken', async () => {
		const answer = file(png(), { 'content-type': 'text/html' });
		await expect(save([() => answer]).saved).rejects.toBeInstanceOf(DownloadError);
		expect(answer.body.destroyed).toBe(true);
	});
});
