import { videoDownload, waitForResult } from '../../parameters/job';
import { PROMPT_OPTIONS, UNTIMED_OPTIONS } from '../../parameters/options';
import { text } from '../../parameters/parameter';
import { promptFor } from '../../parameters/prompt';
import { endingUrl, motion, resolution, videoCount } from '../../parameters/videoOptions';
import type { Operation } from '../../run/operation';
import { checkedPrompt } from '../shared/checkedPrompt';
import { publicUrl } from '../shared/pictureSources';

const prompt = promptFor('Describe what happens in the video.', {
	placeholder: 'e.g. the waves roll in, the camera rises slowly',
	description: 'What happens in the video',
});

const imageUrl = text({
	name: 'imageUrl',
	label: 'Image URL',
	help: 'The public URL of the first frame, such as the "cdnImage" of an upscaled image',
	shown: { required: true, placeholder: 'e.g. https://example.com/image.png' },
});

/** POST /midjourney/video/submit (docs/ttapi.md, Endpoints): videos that begin with a picture. */
export const create: Operation = {
	name: 'Create',
	action: 'Create a video',
	description: 'Generate up to four videos of 5 seconds that begin with an image. Costs quota.',
	kinds: [{ value: 'video', name: 'Video' }],
	returns: 'Returns the finished job: "jobId" to extend a video, "videos" with the URLs.',
	parameters: [
		prompt,
		imageUrl,
		waitForResult,
		videoDownload,
		...UNTIMED_OPTIONS,
		...PROMPT_OPTIONS,
		endingUrl,
		motion,
		resolution,
		videoCount,
	],

	prepare(item, tools) {
		const text = item.get(prompt);
		return {
			kind: 'submit',
			path: '/midjourney/video/submit',
			family: 'video',
			action: 'video',
			...checkedPrompt(item, tools, text),
			body: {
				prompt: text,
				imageUrl: publicUrl(item, imageUrl, tools),
				endingUrl: item.get(endingUrl) === '' ? undefined : publicUrl(item, endingUrl, tools),
				resolution: item.get(resolution),
				manual: item.get(motion),
				bs: item.get(videoCount),
			},
		};
	},
};
