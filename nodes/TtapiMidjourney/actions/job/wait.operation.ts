import { downloadField, jobIdField } from '../../parameters/job';
import { LONGEST_WAIT_SECONDS, optionsField } from '../../parameters/options';
import type { Operation } from '../../run/operation';

/** Looks at a job until it has ended: for jobs that were submitted without waiting, or whose wait ran out. */
export const wait: Operation = {
	name: 'Wait',
	action: 'Wait for a job',
	description: 'Keep checking a job until it has ended. Free.',
	fields: [
		jobIdField('The job to wait for'),
		downloadField,
		optionsField(['family', 'maxWait', 'onTimeout', 'pollInterval', 'simplify'], {
			maxWait: {
				default: LONGEST_WAIT_SECONDS,
				description: `Seconds to wait, counted from the start of this node. When not added: ${LONGEST_WAIT_SECONDS}, a minute more than the longest job timeout.`,
			},
		}),
	],

	prepare(item) {
		const seconds = item.seconds('maxWait', 'Max Wait', 0) ?? LONGEST_WAIT_SECONDS;
		return {
			kind: 'wait',
			jobId: item.jobId(),
			family: item.family,
			likely: item.likelyFamily,
			maxWaitMs: seconds * 1000,
		};
	},
};
