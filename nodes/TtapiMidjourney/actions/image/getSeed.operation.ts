import { jobIdField, waitForResultField } from '../../parameters/job';
import { waitOptionsField } from '../../parameters/options';
import { finishedJob } from '../shared/finishedJob';
import type { Operation } from '../../run/operation';

/** POST /midjourney/v1/seed (docs/ttapi.md, Endpoints): a job of its own, whose result holds the seed of another one. */
export const getSeed: Operation = {
	name: 'Get Seed',
	action: 'Get the seed of an image',
	description:
		'Get the number that an image started from, to generate similar ones with --seed. Costs quota.',
	returns: 'Returns "seed".',
	fields: [
		jobIdField('The finished job whose seed is wanted'),
		waitForResultField,
		waitOptionsField(),
	],

	prepare(item, tools) {
		const jobId = item.jobId();
		return {
			kind: 'submit',
			path: '/midjourney/v1/seed',
			family: 'image',
			action: 'seed',
			check: async () => void (await finishedJob(tools, jobId, 'image', 'seed to get')),
			body: { jobId },
		};
	},
};
