import type { IBinaryData, IBinaryKeyData } from 'n8n-workflow';

import { TtapiError } from '../jobs/errors';
import type { Job } from '../jobs/job';
import { Slots } from '../jobs/slots';
import { DownloadError } from './downloadError';
import type { Downloader } from './download';
import { MOST_IMAGE_BYTES, MOST_VIDEO_BYTES } from './guardedStream';
import { saveDownload } from './saveDownload';

/** The values of the parameter `download`. */
export const DOWNLOAD_CHOICES = ['none', 'grid', 'images', 'itemPerImage'] as const;
export type DownloadChoice = (typeof DOWNLOAD_CHOICES)[number];

/** Whether the choice needs the separate pictures, so that TTAPI has to be asked for them at the submit. */
export const needsSeparateImages = (choice: DownloadChoice): boolean =>
	choice === 'images' || choice === 'itemPerImage';

/** What one output item gets. */
export interface DownloadedItem {
	binary?: IBinaryKeyData;
	/** 1..4, only with `itemPerImage`. */
	imageIndex?: number;
}

const DOWNLOADS_AT_ONCE = 4;

/** TTAPI's job ids have 36 letters; file systems take 255 bytes. */
const LONGEST_NAME = 80;

/** The main picture: the grid, or the one picture of an upscale (`cdnImage`, else `discordImage`, else the first). */
function mainPicture(job: Job): string[] {
	const found = job.cdnImage ?? job.discordImage ?? job.images[0];
	return found ? [found] : [];
}

/** The pictures of a job that has ended well cannot be downloaded. */
export class UnavailableError extends TtapiError {
	/** Whether their links have expired. */
	readonly isGone: boolean;

	constructor({ jobId, status, videos }: Job, { message, isGone }: DownloadError) {
		const file = videos ? 'a video' : 'an image';
		super(`Job ${jobId} is done, but ${file} of it could not be downloaded: ${message}`, {
			description:
				'Nothing is lost: Job > Get with this ID downloads it again, free of charge, as long as TTAPI keeps it.',
			jobId,
			status,
		});
		this.isGone = isGone;
	}
}

/** Downloads the pictures of the jobs of one execution, a few at once. */
export class JobDownloads {
	private readonly slots = new Slots(DOWNLOADS_AT_ONCE);

	constructor(private readonly downloader: Downloader) {}

	/**
	 * What the output items of a job get: one item, or one a picture with `itemPerImage`. A job that is not SUCCESS has no
	 * binary. Throws a TtapiError with the job id when a picture cannot be downloaded.
	 */
	async of(job: Job, choice: DownloadChoice): Promise<DownloadedItem[]> {
		if (choice === 'none' || job.status !== 'SUCCESS') return [{}];

		// What stands beside a video is its preview.
		const { videos } = job;
		const main = videos ? videos.slice(0, 1) : mainPicture(job);
		const fileName = job.jobId.replace(/[^\w-]/g, '_').slice(0, LONGEST_NAME);
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

	/** @param name the file name of the n-th picture, counted from 1, without its ending */
	private async save(
		job: Job,
		addresses: string[],
		name: (index: number) => string,
	): Promise<IBinaryData[]> {
		if (addresses.length === 0)
			throw new UnavailableError(job, new DownloadError('the result contains no URL', false));

		const saving = addresses.map(async (address, at) => {
			const file = name(at + 1);
			const mostBytes = job.videos?.includes(address) ? MOST_VIDEO_BYTES : MOST_IMAGE_BYTES;
			return await this.slots.run(
				async () => await saveDownload(this.downloader, address, file, mostBytes),
			);
		});
		// All of them come to an end before the first failure is told, so that nothing goes on behind an error.
		const results = await Promise.allSettled(saving);
		const failure = results.find((result) => result.status === 'rejected')?.reason as unknown;
		if (failure instanceof DownloadError) throw new UnavailableError(job, failure);
		return await Promise.all(saving);
	}
}
