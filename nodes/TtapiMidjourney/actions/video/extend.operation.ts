import { InputError } from '../../jobs/errors';
import { makesVideo } from '../../jobs/jobOutput';
import { jobIdFor, videoDownload, waitForResult } from '../../parameters/job';
import { UNTIMED_OPTIONS } from '../../parameters/options';
import { choice } from '../../parameters/parameter';
import { animateMode, motion, videoCount } from '../../parameters/videoOptions';
import type { Operation } from '../../run/operation';
import { finishedJob } from '../shared/earlierJobs';

const finished = jobIdFor('ID of the finished video job to extend', makesVideo);

const index = choice({
	name: 'index',
	label: 'Video',
	help: 'Which video of the job to make longer. In an expression, 0 is the first.',
	choices: [0, 1, 2, 3].map((value) => ({ name: `Video ${value + 1}`, value })),
	default: 0,
});

/** POST /midjourney/video/extend (docs/ttapi.md, Endpoints): makes one of a job's videos longer. */
export const extend: Operation = {
	name: 'Extend',
	action: 'Extend a video',
	description: 'Make a video of a finished job 5 seconds longer. Costs quota.',
	kinds: [{ value: 'video', name: 'Video' }],
	returns: 'Returns the finished job: "jobId" to extend a video, "videos" with the URLs.',
	parameters: [
		finished,
		index,
		waitForResult,
		videoDownload,
		...UNTIMED_OPTIONS,
		animateMode,
		motion,
		videoCount,
	],

	prepare(item, tools) {
		const jobId = item.get(finished);
		const video = item.get(index);
		return {
			kind: 'submit',
			path: '/midjourney/video/extend',
			family: 'video',
			action: 'video_extend',
			check: async () => {
				const job = await finishedJob(tools, jobId, 'video', 'video to extend');
				const { videos = [], components } = job;
				if (videos.length === 0 && components.length > 0) {
					throw new InputError(
						`Job ${jobId} is an image, so there is no video to extend`,
						'Use the ID of a job of Video > Create or Video > Extend. This item was not submitted.',
					);
				}
				// If TTAPI says no addresses, it may have the video all the same.
				if (videos.length === 0 || video < videos.length) return;
				throw new InputError(
					`Job ${jobId} has ${videos.length} videos, so there is no video ${video + 1}`,
					'Choose one of its videos. This item was not submitted.',
				);
			},
			body: {
				jobId,
				index: video,
				animateMode: item.get(animateMode),
				manual: item.get(motion),
				bs: item.get(videoCount),
			},
		};
	},
};
