import { jobIdField, videoDownloadField, waitForResultField } from '../../parameters/job';
import { LONGEST_WAIT_SECONDS, untimedOptionsField } from '../../parameters/options';
import { InputError } from '../../jobs/errors';
import { finishedJob } from '../shared/finishedJob';
import type { Operation } from '../../run/operation';
import { videoSettings } from './videoSettings';

/** POST /midjourney/video/extend (docs/ttapi.md, Endpoints): makes one of a job's videos longer. */
export const extend: Operation = {
	name: 'Extend',
	action: 'Extend a video',
	description: 'Make a video of a finished job 5 seconds longer. Costs quota.',
	returns: 'Returns the finished job: "jobId" to extend a video, "videos" with the URLs.',
	longestSeconds: LONGEST_WAIT_SECONDS,
	fields: [
		jobIdField('The finished video job to extend'),
		{
			displayName: 'Video',
			name: 'index',
			type: 'options',
			options: [0, 1, 2, 3].map((value) => ({ name: `Video ${value + 1}`, value })),
			default: 0,
			description: 'Which video of the job to make longer. In an expression, 0 is the first.',
		},
		waitForResultField,
		videoDownloadField,
		untimedOptionsField('animateMode', 'motion', 'videoCount'),
	],

	prepare(item, tools) {
		const jobId = item.jobId();
		const index = Number(item.choice('Video', item.text('index'), ['0', '1', '2', '3']));
		return {
			kind: 'submit',
			path: '/midjourney/video/extend',
			family: 'video',
			action: 'video_extend',
			check: async () => {
				const job = await finishedJob(tools, jobId, 'video', 'video to extend');
				const { videos = [], components } = job;
				if (videos.length === 0 && components.length > 0)
					throw new InputError(
						`Job ${jobId} is an image, so there is no video to extend`,
						'Use the ID of a job of Video > Create or Video > Extend. This item was not submitted.',
					);
				// Where TTAPI says no addresses, it may have the video all the same.
				if (videos.length === 0 || index < videos.length) return;
				throw new InputError(
					`Job ${jobId} has ${videos.length} videos, so there is no video ${index + 1}`,
					'Choose one of its videos. This item was not submitted.',
				);
			},
			body: {
				jobId,
				index,
				animateMode: item.chosen('Animate Mode', 'animateMode', ['auto', 'manual']),
				...videoSettings(item),
			},
		};
	},
};
