import type { Job } from '../jobs/job.mts';
import { drawPicture } from './drawPicture.mts';
import { padPng } from './padPng.mts';
import { isGrid, quarters } from './picture.mts';

/** Older pictures are redrawn when they are requested again. */
const maxKept = 200;

/** Draws the pictures of jobs when they are first requested. */
export class PictureStore {
	private pngs = new Map<string, Promise<Buffer>>();

	/** @param pictureBytes smallest size; padding each time is cheaper than keeping padded pictures */
	constructor(
		private readonly pictureSize: number,
		private readonly pictureBytes: number,
	) {}

	/**
	 * The PNG of a job's picture, of one of its quarters or of its preview; undefined if the job has
	 * no such picture (yet).
	 */
	get(job: Job, part: string): Promise<Buffer> | undefined {
		return this.draw(job, part)?.then((png) => padPng(png, this.pictureBytes));
	}

	clear(): void {
		this.pngs.clear();
	}

	private draw(job: Job, part: string): Promise<Buffer> | undefined {
		const { picture } = job;
		if (!picture || !hasPart(job, part)) return undefined;
		const key = `${job.jobId}/${part}`;
		const cached = this.pngs.get(key);
		if (cached) return cached;
		const png = drawPicture(picture, this.pictureSize, part).encode('png');
		this.pngs.set(key, png);
		const [oldest] = this.pngs.keys();
		if (this.pngs.size > maxKept) this.pngs.delete(oldest);
		return png;
	}
}

function hasPart(job: Job, part: string): boolean {
	if (part === 'preview') return true;
	if (job.end?.status !== 'SUCCESS' || !job.picture) return false;
	return part === '' || (isGrid(job.picture) && quarters.includes(part));
}
