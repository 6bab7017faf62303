import { REGION } from '../../jobs/actions';
import { InputError } from '../../jobs/errors';
import { makesImage } from '../../jobs/jobOutput';
import { quoted } from '../../jobs/quoted';
import { ACTIONS, action as actionToRun } from '../../parameters/actions';
import { download, jobIdFor, waitForResult } from '../../parameters/job';
import { TIMED_OPTIONS, getUImages } from '../../parameters/options';
import { separateImages } from '../../parameters/settings';
import type { Operation } from '../../run/operation';
import { finishedJob } from '../shared/earlierJobs';

const finished = jobIdFor(
	'ID of the finished job: a grid for U1–U4 and V1–V4, a single image for most other actions',
	makesImage,
);

/** POST /midjourney/v1/action (docs/ttapi.md, Endpoints): one of the buttons under a finished job; answers with a new job. */
export const action: Operation = {
	name: 'Upscale, Vary, Zoom, Pan',
	action: 'Upscale or vary an image',
	description:
		"Run one of Midjourney's actions on a finished job: U1 to U4, V1 to V4, Reroll, Upscale, Vary, Zoom Out, Pan. Costs quota.",
	kinds: ACTIONS,
	parameters: [finished, actionToRun, waitForResult, download, ...TIMED_OPTIONS, getUImages],

	prepare(item, tools) {
		const chosen = item.get(actionToRun);
		if (chosen === REGION) {
			throw new InputError(
				`The action "${REGION}" is an operation of its own`,
				'Use Image > Inpaint. This item was not submitted.',
			);
		}
		const jobId = item.get(finished);
		return {
			kind: 'submit',
			path: '/midjourney/v1/action',
			family: 'image',
			action: chosen,
			check: async () => {
				const { components, family } = await finishedJob(tools, jobId, 'auto', 'action to run');
				if (family !== 'image') {
					throw new InputError(
						`Job ${jobId} is of the family "${family}", which has no actions`,
						'Use the job ID of a grid or of a single image. This item was not submitted.',
					);
				}
				// Hold accounts may not say which ones there are.
				if (components.length === 0 || components.includes(chosen)) return;
				throw new InputError(
					`Job ${jobId} does not offer the action ${quoted(chosen)}`,
					`It offers: ${components.join(', ')}. This item was not submitted.`,
				);
			},
			body: { jobId, action: chosen, ...separateImages(item) },
		};
	},
};
