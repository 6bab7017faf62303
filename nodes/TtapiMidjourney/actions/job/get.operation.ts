import { downloadField, jobIdField } from '../../parameters/job';
import { optionsField } from '../../parameters/options';
import type { Operation } from '../../run/operation';

/** /midjourney/v1/fetch and its sisters (docs/ttapi.md, Endpoints): the state of a job, looked at once, whatever it is. */
export const get: Operation = {
	name: 'Get',
	action: 'Get a job',
	description: 'Check a job once, whatever its status is. Free.',
	returns:
		'Returns "status", which is SUCCESS or FAILED when the job has ended, "cdnImage" with the URL of the image, "actions" with the next steps that it offers.',
	fields: [jobIdField('The job to look at'), downloadField, optionsField(['family', 'simplify'])],

	prepare(item) {
		return { kind: 'get', jobId: item.jobId(), family: item.family, likely: item.likelyFamily };
	},
};
