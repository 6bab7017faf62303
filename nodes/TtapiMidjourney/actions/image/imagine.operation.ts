import { downloadField, modeField, promptField, waitForResultField } from '../fields/job';
import { optionsField, WAIT_OPTIONS } from '../fields/options';
import { showFor } from '../fields/show';
import type { Operation } from '../operation';

/** POST /midjourney/v1/imagine (ttapi-api.md 2, 1): four pictures from a prompt. */
export const imagine: Operation = {
	description: showFor('image', 'imagine', [
		promptField,
		modeField,
		waitForResultField,
		downloadField,
		optionsField([...WAIT_OPTIONS, 'getUImages', 'translation']),
	]),

	prepare(item) {
		const prompt = item.required(
			'prompt',
			'Prompt',
			'Describe the picture, for example: a lighthouse on a cliff at dawn, watercolor --ar 16:9',
		);
		const { translation } = item.options;
		return {
			kind: 'submit',
			path: '/midjourney/v1/imagine',
			family: 'image',
			action: 'imagine',
			body: {
				prompt,
				mode: item.mode,
				...item.separateImages(),
				...(translation === undefined ? {} : { translation }),
			},
		};
	},
};
