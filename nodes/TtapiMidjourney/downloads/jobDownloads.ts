import type { IBinaryData, IBinaryKeyData } from 'n8n-workflow';

import { TtapiError } from '../jobs/errors';
import type { Job } from '../jobs/job';
import { Places } from '../jobs/places';
import { DownloadError, OutOfTimeError } from './downloadError';
import type { Downloader } from './download';
import { MAX_IMAGE_BYTES, MAX_VIDEO_BYTES } from './guardedStream';
import { saveDownload } from './saveDownload';

/** The values of the parameter `download`. */
export const DOWNLOAD_CHOICES = ['none', 'grid', 'images', 'itemPerImage'] as const;
export type DownloadChoice = (typeof DOWNLOAD_CHOICES)[number];

/** Whether the choice needs the separate images, which a submit must ask for. */
export const needsSeparateImages = (choice: DownloadChoice): boolean =>
	choice === 'images' || choice === 'itemPerImage';

export interface DownloadedItem {
	binary?: IBinaryKeyData;
	/** From 1; only with `itemPerImage`. */
	imageIndex?: number;
}

const DOWNLOADS_AT_ONCE = 4;

/** TTAPI's job IDs have 36 characters; file systems allow 255 bytes. */
const MAX_NAME_LENGTH = 80;

/** The URL of the grid, or of a single image; none if the job has no image. */
function mainImage(job: Job): string[] {
	const found = job.cdnImage ?? job.discordImage ?? job.images[0];
	return found ? [found] : [];
}

/** A file of a successful job couldn't be downloaded. */
export class UnavailableError extends TtapiError {
	/** Whether its host doesn't have it, or not any more. */
	readonly isGone: boolean;

	/** Whether the time was over before the download was. */
	readonly isOutOfTime: boolean;

	constructor({ jobId, status, videos }: Job, error: DownloadError) {
		const isOutOfTime = error instanceof OutOfTimeError;
		const file = videos ? 'video' : 'image';
		const trouble = isOutOfTime
			? `the time was over before its ${file}s were downloaded. Job > Get with this ID downloads them, free of charge`
			: `${videos ? 'a' : 'an'} ${file} of it could not be downloaded: ${error.message}`;
		super(`Job ${jobId} is done, but ${trouble}`, {
			description:
				'Nothing is lost: Job > Get with this ID downloads it again, free of charge, as long as TTAPI keeps it.',
			jobId,
			status,
		});
		this.isGone = error.isGone;
		this.isOutOfTime = isOutOfTime;
	}
}

/** Downloads the files of a run's jobs, a few at once. */
export class JobDownloads {
	private readonly places = new Places(DOWNLOADS_AT_ONCE);

	constructor(private readonly downloader: Downloader) {}

	/**
	 * Downloads the files of a job: for one output item, or with `itemPerImage` for one per file. A job that has not succeeded
	 * has no files. Throws an UnavailableError with the job ID if a file can't be downloaded.
	 */
	async of(job: Job, choice: DownloadChoice): Promise<DownloadedItem[]> {
		if (choice === 'none' || job.status !== 'SUCCESS') return [{}];

		// The image of a video job is only a preview.
		const { videos } = job;
		const main = videos ? videos.slice(0, 1) : mainImage(job);
		const fileName = job.jobId.replace(/[^\w-]/g, '_').slice(0, MAX_NAME_LENGTH);
		if (choice === 'grid') {
			const [data] = await this.save(job, main, () => fileName);
			return [{ binary: { data } }];
		}

		const separate = videos ?? job.images;
		const addresses = separate.length > 0 ? separate : main;
		const files = await this.save(job, addresses, (index) => `${fileName}_${index}`);
		if (choice === 'images') {
			const kind = videos ? 'video' : 'image';
			return [{ binary: Object.fromEntries(files.map((file, at) => [`${kind}_${at + 1}`, file])) }];
		}
		return files.map((data, at) => ({ binary: { data }, imageIndex: at + 1 }));
	}

	/** @param name the name of the n-th file, counted from 1, without its extension */
	private async save(
		job: Job,
		addresses: string[],
		name: (index: number) => string,
	): Promise<IBinaryData[]> {
		if (addresses.length === 0)
			throw new UnavailableError(job, new DownloadError('the result contains no URL', false));

		const saving = addresses.map(async (address, at) => {
			const file = name(at + 1);
			const maxBytes = job.videos?.includes(address) ? MAX_VIDEO_BYTES : MAX_IMAGE_BYTES;
			return await this.places.run(
				async () => await saveDownload(this.downloader, address, file, maxBytes),
			);
		});
		// Let all of them finish before an error is thrown, so that none goes on unnoticed.
		await Promise.allSettled(saving);
		return await Promise.all(saving).catch((error: unknown) => {
			throw error instanceof DownloadError ? new UnavailableError(job, error) : error;
		});
	}
}
