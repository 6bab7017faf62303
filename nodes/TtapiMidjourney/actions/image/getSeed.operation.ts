import { makesImage } from '../../jobs/jobOutput';
import { jobIdFor, waitForResult } from '../../parameters/job';
import { TIMED_OPTIONS } from '../../parameters/options';
import type { Operation } from '../../run/operation';
import { finishedJob } from '../shared/earlierJobs';

const gridOrImage = jobIdFor('ID of the finished job to get the seed of', makesImage);

/** POST /midjourney/v1/seed (docs/ttapi.md, Endpoints): a job of its own, whose result holds the seed of another one. */
export const getSeed: Operation = {
	name: 'Get Seed',
	action: 'Get the seed of an image',
	description:
		'Get the number that an image started from, to generate similar ones with --seed. Costs quota.',
	kinds: [{ value: 'seed', name: 'Get Seed' }],
	hasCallback: false,
	returns: 'Returns "seed".',
	parameters: [gridOrImage, waitForResult, ...TIMED_OPTIONS],

	prepare(item, tools) {
		const jobId = item.get(gridOrImage);
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
