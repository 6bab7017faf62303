import { downloadField, modeField, promptField, waitForResultField } from '../../parameters/job';
import { PROMPT_OPTIONS, waitOptionsField } from '../../parameters/options';
import { promptParametersField } from '../../parameters/promptParameters';
import { composePrompt } from '../../prompts/composePrompt';
import { checkedPrompt } from '../shared/checkedPrompt';
import type { Operation } from '../../run/operation';

/** POST /midjourney/v1/imagine (docs/ttapi.md, Endpoints): four pictures from a prompt. */
export const imagine: Operation = {
	name: 'Imagine',
	action: 'Imagine images',
	description: 'Generate a grid of four images from a prompt. Costs quota.',
	fields: [
		promptField,
		promptParametersField,
		modeField,
		waitForResultField,
		downloadField,
		waitOptionsField(...PROMPT_OPTIONS, 'getUImages', 'translation'),
	],

	prepare(item, tools) {
		const text = item.required(
			'prompt',
			'Prompt',
			'Describe the image, for example: a lighthouse on a cliff at dawn, watercolor --ar 16:9',
		);
		const prompt = composePrompt(text, item.promptParameters);
		const translation = item.flag('translation');
		return {
			kind: 'submit',
			path: '/midjourney/v1/imagine',
			family: 'image',
			action: 'imagine',
			...checkedPrompt(item, tools, prompt),
			body: {
				prompt,
				mode: item.mode,
				...item.separateImages(),
				...(translation === undefined ? {} : { translation }),
			},
		};
	},
};
