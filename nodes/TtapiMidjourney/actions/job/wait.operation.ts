import { downloadField, jobIdField } from '../fields/job';
import { optionsField } from '../fields/options';
import { showFor } from '../fields/show';
import type { Operation } from '../operation';

/** Looks at a job until it has ended: for jobs that were submitted without waiting, or whose wait ran out. */
export const wait: Operation = {
	description: showFor('job', 'wait', [
		jobIdField('The job to wait for'),
		downloadField,
		optionsField(['family', 'maxWait', 'onTimeout', 'pollInterval', 'simplify'], {
			maxWait: {
				default: 1260,
				description:
					'Seconds to wait, counted from the start of this node. When not added: 1260, a minute more than the longest job timeout.',
			},
		}),
	]),

	prepare(item) {
		return { kind: 'wait', jobId: item.jobId(), family: item.options.family ?? 'auto' };
	},
};
