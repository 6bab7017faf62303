import { downloadField, jobIdField, waitForResultField } from '../../parameters/job';
import { waitOptionsField } from '../../parameters/options';
import type { Operation } from '../../run/operation';
import { ACTIONS } from '../../parameters/actionValues';
import { REGION } from '../../jobs/actions';
import { InputError } from '../../jobs/errors';
import { finishedJob } from '../shared/finishedJob';

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
			displayName: 'Action Name or ID',
			name: 'action',
			type: 'options',
			typeOptions: { loadOptionsMethod: 'offeredActions', loadOptionsDependsOn: ['jobId'] },
			options: [...ACTIONS],
			default: 'upsample1',
			description:
				'The button to press, one of those that the job offers. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
		},
		waitForResultField,
		downloadField,
		waitOptionsField('getUImages'),
	],

	prepare(item, tools) {
		const value = item.required(
			'action',
			'Action',
			'Choose the button to press, for example upsample1.',
		);
		if (value === REGION) {
			throw new InputError(
				`The action "${REGION}" is an operation of its own`,
				'Use Image > Inpaint. This item was not submitted.',
			);
		}
		const jobId = item.jobId();
		return {
			kind: 'submit',
			path: '/midjourney/v1/action',
			family: 'image',
			action: value,
			check: async () => {
				const { components, family } = await finishedJob(tools, jobId, 'auto', 'button to press');
				if (family !== 'image')
					throw new InputError(
						`Job ${jobId} is no image but of the family "${family}", which has no buttons`,
						'Use the job ID of a grid or of a single image. This item was not submitted.',
					);
				// Hold accounts may not say which ones there are.
				if (components.length === 0 || components.includes(value)) return;
				throw new InputError(
					`Job ${jobId} does not offer the action "${value}"`,
					`It offers: ${components.join(', ')}. This item was not submitted.`,
				);
			},
			body: { jobId, action: value, ...item.separateImages() },
		};
	},
};
