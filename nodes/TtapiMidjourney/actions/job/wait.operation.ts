import { download, jobIdFor } from '../../parameters/job';
import {
	family,
	maxWaitFromNow,
	onTimeout,
	pollInterval,
	simplify,
} from '../../parameters/options';
import type { Operation } from '../../run/operation';
import { likelyFamily } from '../shared/earlierJobs';

const jobId = jobIdFor('ID of the job to wait for');

/** Polls a job until it finishes: for jobs that were submitted without waiting, or whose wait ran out. */
export const wait: Operation = {
	name: 'Wait',
	action: 'Wait for a job',
	description: 'Keep checking a job until it finishes. Free.',
	parameters: [jobId, download, family, maxWaitFromNow, onTimeout, pollInterval, simplify],

	prepare(item) {
		const id = item.get(jobId);
		return { kind: 'wait', jobId: id, family: item.get(family), likely: likelyFamily(item, id) };
	},
};
