import { downloadField, jobIdField, waitForResultField } from '../../fields/job';
import { optionsField, WAIT_OPTIONS } from '../../fields/options';
import type { Operation } from '../operation';
import { ACTIONS } from '../../fields/actionValues';

/** POST /midjourney/v1/action (docs/ttapi.md, Endpoints): presses one of the buttons under a finished job; answers with a new job. */
export const action: Operation = {
	name: 'Upscale, Vary, Zoom, Pan',
	action: 'Upscale or vary an image',
	description:
		'Press one of the buttons under a finished job: U1 to U4, V1 to V4, Reroll, Upscale, Vary, Zoom Out, Pan. Costs quota.',
	fields: [
		jobIdField(
			'The finished job whose button is pressed: a grid for U1 to V4, a single image for most others',
		),
		{
			displayName: 'Action',
			name: 'action',
			type: 'options',
			options: [...ACTIONS],
			default: 'upsample1',
			description:
				'The button to press. The "components" of a job list the ones it offers. Newer values can be passed by expression.',
		},
		waitForResultField,
		downloadField,
		optionsField([...WAIT_OPTIONS, 'getUImages']),
	],

	prepare(item) {
		const value = item.required(
			'action',
			'Action',
			'Choose the button to press, for example upsample1.',
		);
		return {
			kind: 'submit',
			path: '/midjourney/v1/action',
			family: 'image',
			action: value,
			body: { jobId: item.jobId(), action: value, ...item.separateImages() },
		};
	},
};
