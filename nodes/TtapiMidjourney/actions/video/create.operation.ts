import { promptField, videoDownloadField, waitForResultField } from '../../parameters/job';
import {
	LONGEST_WAIT_SECONDS,
	PROMPT_OPTIONS,
	untimedOptionsField,
} from '../../parameters/options';
import { checkedPrompt } from '../shared/checkedPrompt';
import type { Operation } from '../../run/operation';
import { publicUrl } from '../shared/publicUrl';
import { videoSettings } from './videoSettings';

/** POST /midjourney/video/submit (docs/ttapi.md, Endpoints): videos that begin with a picture. */
export const create: Operation = {
	name: 'Create',
	action: 'Create a video',
	description: 'Generate up to four videos of 5 seconds that begin with an image. Costs quota.',
	returns: 'Returns the finished job: "jobId" to extend a video, "videos" with the URLs.',
	longestSeconds: LONGEST_WAIT_SECONDS,
	fields: [
		{
			...promptField,
			placeholder: 'e.g. the waves roll in, the camera rises slowly',
			description: 'What happens in the video',
		},
		{
			displayName: 'Image URL',
			name: 'imageUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://example.com/image.png',
			description: 'The public URL of the first frame, such as the "cdnImage" of an upscaled image',
		},
		waitForResultField,
		videoDownloadField,
		untimedOptionsField(...PROMPT_OPTIONS, 'endingUrl', 'motion', 'resolution', 'videoCount'),
	],

	prepare(item, tools) {
		const prompt = item.required('prompt', 'Prompt', 'Describe what happens in the video.');
		const imageUrl = publicUrl('Image URL', item.text('imageUrl'), tools);
		const { endingUrl } = item.options;
		return {
			kind: 'submit',
			path: '/midjourney/video/submit',
			family: 'video',
			action: 'video',
			...checkedPrompt(item, tools, prompt),
			body: {
				prompt,
				imageUrl,
				endingUrl: endingUrl ? publicUrl('Ending Image URL', endingUrl, tools) : undefined,
				resolution: item.chosen('Resolution', 'resolution', ['sd', 'hd']),
				...videoSettings(item),
			},
		};
	},
};
