import { downloadField, modeField, promptField, waitForResultField } from '../../fields/job';
import { optionsField, WAIT_OPTIONS } from '../../fields/options';
import type { Operation } from '../operation';

/** POST /midjourney/v1/imagine (docs/ttapi.md, Endpoints): four pictures from a prompt. */
export const imagine: Operation = {
	name: 'Imagine',
	action: 'Imagine images',
	description: 'Generate a grid of four images from a prompt. Costs quota.',
	fields: [
		promptField,
		modeField,
		waitForResultField,
		downloadField,
		optionsField([...WAIT_OPTIONS, 'getUImages', 'translation']),
	],

	prepare(item) {
		const prompt = item.required(
			'prompt',
			'Prompt',
			'Describe the image, for example: a lighthouse on a cliff at dawn, watercolor --ar 16:9',
		);
		const translation = item.flag('translation');
		return {
			kind: 'submit',
			path: '/midjourney/v1/imagine',
			family: 'image',
			action: 'imagine',
			prompt,
			body: {
				prompt,
				mode: item.mode,
				...item.separateImages(),
				...(translation === undefined ? {} : { translation }),
			},
		};
	},
};
