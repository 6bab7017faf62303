import { PassThrough } from 'node:stream';

import { describe, expect, test } from '@jest/globals';

import {
	needsSeparateImages,
	JobDownloads,
	UnavailableError,
	type DownloadChoice,
} from '../../../nodes/TtapiMidjourney/downloads/jobDownloads.ts';
import { StoppedError, TtapiError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import type { Job } from '../../../nodes/TtapiMidjourney/jobs/job.ts';
import { doneJob, JOB_ID } from '../support/bodies.mts';
import { caught } from '../support/caught.mts';
import { fakeDownloader, file } from '../support/downloads.mts';
import type { FakeN8n } from '../support/fakeContext.mts';
import { settle } from '../support/virtualClock.mts';

/** Each file holds the last part of its own address. */
const named: NonNullable<FakeN8n['download']> = ({ url }) =>
	file(Buffer.from(new URL(url).pathname.slice(1)), {
		'content-type': url.endsWith('.mp4') ? 'video/mp4' : 'image/png',
	});

async function download(job: Job, choice: DownloadChoice, answer = named) {
	const { downloader, run } = fakeDownloader(answer);
	const items = await run(new JobDownloads(downloader).of(job, choice));
	return items.map(({ binary = {}, ...rest }) => ({
		...rest,
		files: Object.entries(binary).map(
			([field, { data, fileName }]) =>
				`${field}: ${Buffer.from(data, 'base64').toString()} as ${fileName}`,
		),
	}));
}

const NO_IMAGES = { images: null };
const VIDEO: Job = {
	...doneJob({ cdnImage: null, discordImage: null, images: [] }),
	family: 'video',
	videos: ['https://cdn.ttapi.io/a.mp4', 'https://cdn.ttapi.io/b.mp4'],
};

describe('grid', () => {
	test.each([
		['cdnImage', {}, 'grid.png'],
		[
			'discordImage where there is no cdnImage',
			{ cdnImage: '', discordImage: 'https://d.org/d.png' },
			'd.png',
		],
		[
			'the first of images where there is neither',
			{ cdnImage: null, discordImage: null },
			'tl.png',
		],
	])('gives %s as data, named by the job', async (_, data, expected) => {
		expect(await download(doneJob(data), 'grid')).toEqual([
			{ files: [`data: ${expected} as ${JOB_ID}.png`] },
		]);
	});

	test('gives the first video of a video', async () => {
		expect(await download(VIDEO, 'grid')).toEqual([{ files: [`data: a.mp4 as ${JOB_ID}.mp4`] }]);
	});
});

describe('images', () => {
	test('gives each picture in one item, in the order U1 to U4', async () => {
		const files = ['tl', 'tr', 'bl', 'br'].map(
			(corner, at) => `image_${at + 1}: ${corner}.png as ${JOB_ID}_${at + 1}.png`,
		);
		expect(await download(doneJob(), 'images')).toEqual([{ files }]);
	});

	test('gives the main picture as picture 1 where there are no separate ones', async () => {
		expect(await download(doneJob(NO_IMAGES), 'images')).toEqual([
			{ files: [`image_1: grid.png as ${JOB_ID}_1.png`] },
		]);
	});

	test('gives the videos of a video as video_1 and so on', async () => {
		expect(await download(VIDEO, 'images')).toEqual([
			{
				files: [`video_1: a.mp4 as ${JOB_ID}_1.mp4`, `video_2: b.mp4 as ${JOB_ID}_2.mp4`],
			},
		]);
	});
});

describe('itemPerImage', () => {
	test('gives one item a picture, with its number', async () => {
		const items = await download(doneJob(), 'itemPerImage');
		expect(items.map(({ imageIndex }) => imageIndex)).toEqual([1, 2, 3, 4]);
		expect(items[2]).toEqual({ imageIndex: 3, files: [`data: bl.png as ${JOB_ID}_3.png`] });
	});

	test('gives one item where there are no separate pictures', async () => {
		expect(await download(doneJob(NO_IMAGES), 'itemPerImage')).toEqual([
			{ imageIndex: 1, files: [`data: grid.png as ${JOB_ID}_1.png`] },
		]);
	});
});

describe('no binary', () => {
	test('where none is wanted', async () => {
		expect(await download(doneJob(), 'none')).toEqual([{ files: [] }]);
	});

	test.each(['SUBMITTED', 'PENDING_QUEUE', 'ON_QUEUE', 'FAILED'] as const)(
		'for a job that is %s, though it may already show a preview',
		async (status) => {
			expect(await download({ ...doneJob(), status }, 'itemPerImage')).toEqual([{ files: [] }]);
		},
	);
});

test.each([
	['none', false],
	['grid', false],
	['images', true],
	['itemPerImage', true],
] as const)('%s needs the separate pictures: %s', (choice, expected) => {
	expect(needsSeparateImages(choice)).toBe(expected);
});

describe('the size of a file', () => {
	const claiming = (megabytes: number) => () =>
		file(Buffer.from('a'), {
			'content-type': 'video/mp4',
			'content-length': String(megabytes * 1024 ** 2),
		});

	test('of an image may be 64 MB, also where its answer calls itself a video', async () => {
		await expect(download(doneJob(), 'grid', claiming(64))).resolves.toHaveLength(1);
		await expect(download(doneJob(), 'grid', claiming(65))).rejects.toThrow(/64 MB/);
	});

	test('of a video may be 512 MB', async () => {
		await expect(download(VIDEO, 'grid', claiming(512))).resolves.toHaveLength(1);
		await expect(download(VIDEO, 'grid', claiming(513))).rejects.toThrow(/512 MB/);
	});
});

describe('60 jobs with four pictures of 5 s each, and 9 s of time', () => {
	/** Each picture takes 5 s. What comes of each job: its files, or undefined if it has none. */
	async function downloadAll() {
		const slowly: NonNullable<FakeN8n['download']> = async (request) => {
			await fake.clock.sleep(5_000);
			return named(request);
		};
		const fake = fakeDownloader(slowly, { until: 9_000 });
		const downloads = new JobDownloads(fake.downloader);
		const jobs = Array.from({ length: 60 }, async () => {
			const items = await downloads.of(doneJob(), 'images').catch((error: unknown) => {
				if (error instanceof UnavailableError && error.isOutOfTime) return [];
				throw error;
			});
			return items.map(({ binary = {} }) => Object.keys(binary).length);
		});
		const files = await fake.run(Promise.all(jobs));
		return { files, downloads: fake.downloads, endedAt: fake.clock.now() };
	}

	test('are over in time: the first ones complete, the others without files', async () => {
		const { files, endedAt } = await downloadAll();
		expect(endedAt).toBe(9_000);
		expect(files).toEqual([[4], ...Array.from({ length: 59 }, () => [])]);
	});

	test('ask for no picture that is not begun by then', async () => {
		expect((await downloadAll()).downloads).toHaveLength(8);
	});
});

describe('a download that fails', () => {
	const answering: NonNullable<FakeN8n['download']> = (request) =>
		request.url.endsWith('tr.png') ? file(Buffer.alloc(0), {}, 404) : named(request);

	test('is an error that still carries the job, and says how to get the picture', async () => {
		const error = await caught(download(doneJob(), 'images', answering), TtapiError);
		expect(error.message).toMatch(new RegExp(`${JOB_ID} is done.*HTTP 404`));
		expect(error.description).toMatch(/Job > Get/);
		expect(error).toMatchObject({ jobId: JOB_ID, status: 'SUCCESS' });
	});

	test('is told after the others have come to an end', async () => {
		let open = 0;
		const counting: NonNullable<FakeN8n['download']> = async (request) => {
			open++;
			for (let turn = 0; turn < 5; turn++) await settle();
			open--;
			return answering(request);
		};
		const { downloader } = fakeDownloader(counting);
		await caught(new JobDownloads(downloader).of(doneJob(), 'images'), TtapiError);
		expect(open).toBe(0);
	});

	test('is said of a result without any URL, too', async () => {
		const job = doneJob({ cdnImage: null, discordImage: null, images: null });
		const error = await caught(download(job, 'grid'), TtapiError);
		expect(error.message).toMatch(/no URL/);
		expect(error.jobId).toBe(JOB_ID);
	});

	test.each(['grid', 'images', 'itemPerImage'] as const)(
		'is said of a video without any address, whatever is beside it: %s',
		async (choice) => {
			const job: Job = { ...doneJob(), family: 'video', videos: [] };
			const loads: string[] = [];
			const counting: NonNullable<FakeN8n['download']> = (request) => {
				loads.push(request.url);
				return named(request);
			};
			const error = await caught(download(job, choice, counting), TtapiError);
			expect(error.message).toMatch(/a video of it.*no URL/);
			expect(error.jobId).toBe(JOB_ID);
			expect(loads).toEqual([]);
		},
	);

	test('is no error of the file when the time was over before', async () => {
		const { downloader, run } = fakeDownloader(() => file(new PassThrough()), { until: 5_000 });
		const error = await caught(
			run(new JobDownloads(downloader).of(doneJob(), 'images')),
			UnavailableError,
		);
		expect(error).toMatchObject({ isOutOfTime: true, jobId: JOB_ID, status: 'SUCCESS' });
		expect(error.message).toMatch(/time was over before its images.*Job > Get/);
	});

	test('is a Stop where it was stopped', async () => {
		const fake = fakeDownloader(() => {
			fake.stop.abort();
			throw new Error('canceled');
		});
		const downloading = new JobDownloads(fake.downloader).of(doneJob(), 'images');
		await expect(fake.run(downloading)).rejects.toBeInstanceOf(StoppedError);
	});
});

test('a job id cannot lead a file name elsewhere', async () => {
	const job = { ...doneJob(), jobId: '../../etc/passwd' };
	const [{ files }] = await download(job, 'grid');
	expect(files[0]).not.toMatch(/\.\.|\//);
});

test('a job id cannot make a file name too long to be one', async () => {
	const job = { ...doneJob(), jobId: 'a'.repeat(5_000) };
	const items = await download(job, 'images');
	const names = items.flatMap(({ files }) => files.map((file) => file.split(' as ')[1]));
	expect(new Set(names).size).toBe(names.length);
	for (const name of names) expect(name.length).toBeLessThan(100);
});
