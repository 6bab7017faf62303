import type { Job } from '../jobs/job.mts';
import { drawPicture } from './drawPicture.mts';
import { padPng } from './padPng.mts';
import { isGrid, quarters } from './picture.mts';

/** More pictures than this are drawn anew when they are asked for again. */
const kept = 200;

/** Draws the pictures of jobs when they are first asked for. */
export class PictureStore {
	private pngs = new Map<string, Promise<Buffer>>();

	/** @param pictureBytes what each is made up to; that is done anew each time, which takes less than to keep it */
	constructor(
		private readonly pictureSize: number,
		private readonly pictureBytes: number,
	) {}

	/**
	 * The PNG of a job's picture, of one of its quarters or of its preview; undefined when the job
	 * has no such picture (yet).
	 */
	get(job: Job, part: string): Promise<Buffer> | undefined {
		return this.draw(job, part)?.then((png) => padPng(png, this.pictureBytes));
	}

	clear(): void {
		this.pngs.clear();
	}

	private draw(job: Job, part: string): Promise<Buffer> | undefined {
		const { picture } = job;
		if (!picture || !isThere(job, part)) return undefined;
		const name = `${job.jobId}/${part}`;
		const known = this.pngs.get(name);
		if (known) return known;
		const png = drawPicture(picture, this.pictureSize, part).encode('png');
		this.pngs.set(name, png);
		const [oldest] = this.pngs.keys();
		if (this.pngs.size > kept) this.pngs.delete(oldest);
		return png;
	}
}

function isThere(job: Job, part: string): boolean {
	if (part === 'preview') return true;
	if (job.end?.status !== 'SUCCESS' || !job.picture) return false;
	return part === '' || (isGrid(job.picture) && quarters.includes(part));
}
