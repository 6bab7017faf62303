import { readFileSync } from 'node:fs';
import type { Job } from '../jobs/job.mts';

/** Made by scripts/make-video.mjs. */
const clip = readFileSync(new URL('clip.mp4', import.meta.url));

/**
 * The MP4 of a finished job's video; undefined if there is no such video (yet). A box that players
 * skip holds the job ID and the index, so that no two videos are the same.
 */
export function videoOf(job: Job, index: string): Buffer | undefined {
	const count = job.end?.status === 'SUCCESS' ? (job.video?.count ?? 0) : 0;
	const names = Array.from({ length: count }, (_, number) => String(number));
	if (!names.includes(index)) return undefined;
	const name = Buffer.from(`${job.jobId} ${index}`);
	const head = Buffer.alloc(8);
	head.writeUInt32BE(head.length + name.length);
	head.write('free', 4, 'latin1');
	return Buffer.concat([clip, head, name]);
}
