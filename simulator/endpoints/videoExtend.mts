import type { VideoPlan } from '../jobs/job.mts';
import { choice, hookUrlOf, numberOf, timeoutOf } from '../requests/fields.mts';
import { succeededJobOf } from '../requests/finishedJob.mts';
import { emptyField, wrongField } from '../requests/refusal.mts';
import { submitEndpoint } from './endpoint.mts';
import { clipSeconds, countOf, motionOf } from './videoSubmit.mts';

/** Extends one of a job's videos. */
export const videoExtend = submitEndpoint({
	name: 'videoExtend',
	path: '/midjourney/video/extend',
	plan(body, ttapi) {
		const original = succeededJobOf(body, ttapi, 'video');
		const video = original.video as VideoPlan;
		const index = numberOf(body, 'index', { min: 0, max: 3, fallback: -1 });
		if (index === -1) throw emptyField('index');
		if (index >= video.count) throw wrongField('index', `The job has only ${video.count} videos.`);
		motionOf(body);
		choice(body, 'animateMode', ['auto', 'manual'], 'auto');
		const count = countOf(body);
		return {
			family: 'video',
			action: 'video_extend',
			prompt: original.prompt,
			mode: original.mode,
			timeout: timeoutOf({}),
			hookUrl: hookUrlOf(body),
			getUImages: false,
			picture: null,
			video: { ...video, count, seconds: video.seconds + clipSeconds },
			components: [],
		};
	},
});
