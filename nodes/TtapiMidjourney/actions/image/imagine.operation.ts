import { download, mode, waitForResult } from '../../parameters/job';
import { PROMPT_OPTIONS, TIMED_OPTIONS, getUImages, translation } from '../../parameters/options';
import { promptFor } from '../../parameters/prompt';
import { promptParameters, readPromptParameters } from '../../parameters/promptParameters';
import { separateImages } from '../../parameters/settings';
import { composePrompt } from '../../prompts/composePrompt';
import type { Operation } from '../../run/operation';
import { checkedPrompt } from '../shared/checkedPrompt';

const prompt = promptFor(
	'Describe the image, for example: a lighthouse on a cliff at dawn, watercolor --ar 16:9',
);

/** POST /midjourney/v1/imagine (docs/ttapi.md, Endpoints): four pictures from a prompt. */
export const imagine: Operation = {
	name: 'Imagine',
	action: 'Imagine images',
	description: 'Generate a grid of four images from a prompt. Costs quota.',
	kinds: [{ value: 'imagine', name: 'Imagine' }],
	parameters: [
		prompt,
		...promptParameters,
		mode,
		waitForResult,
		download,
		...TIMED_OPTIONS,
		...PROMPT_OPTIONS,
		getUImages,
		translation,
	],

	prepare(item, tools) {
		const composed = composePrompt(item.get(prompt), readPromptParameters(item));
		return {
			kind: 'submit',
			path: '/midjourney/v1/imagine',
			family: 'image',
			action: 'imagine',
			...checkedPrompt(item, tools, composed),
			body: {
				prompt: composed,
				mode: item.get(mode),
				...separateImages(item),
				translation: item.get(translation),
			},
		};
	},
};
