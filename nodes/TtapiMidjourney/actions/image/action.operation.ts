import { downloadField, jobIdField, waitForResultField } from '../fields/job';
import { optionsField, WAIT_OPTIONS } from '../fields/options';
import { showFor } from '../fields/show';
import type { Operation } from '../operation';
import { ACTIONS } from './actionValues';

/** POST /midjourney/v1/action (ttapi-api.md 2, 2): presses one of the buttons under a finished job; answers with a new job. */
export const action: Operation = {
	description: showFor('image', 'action', [
		jobIdField(
			'The finished job whose button is pressed: a grid for U1 to V4, a single picture for the others',
		),
		{
			displayName: 'Action',
			name: 'action',
			type: 'options',
			options: ACTIONS.map((each) => ({ ...each, action: each.name })),
			default: 'upsample1',
			description:
				'The button to press. Which ones a job offers is in its "components". An expression may pass a newer value.',
		},
		waitForResultField,
		downloadField,
		optionsField([...WAIT_OPTIONS, 'getUImages']),
	]),

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
