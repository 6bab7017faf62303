import { download, jobIdFor } from '../../parameters/job';
import { family, simplify } from '../../parameters/options';
import type { Operation } from '../../run/operation';
import { likelyFamily } from '../shared/earlierJobs';

const jobId = jobIdFor('ID of the job to get');

/** /midjourney/v1/fetch and its sisters (docs/ttapi.md, Endpoints): the state of a job, asked for once. */
export const get: Operation = {
	name: 'Get',
	action: 'Get a job',
	description: "Retrieve a job's current status and result. Free.",
	returns:
		'Returns "status", which is SUCCESS or FAILED when the job has ended, "cdnImage" with the URL of the image, "actions" with the next steps that it offers.',
	parameters: [jobId, download, family, simplify],

	prepare(item) {
		const id = item.get(jobId);
		return { kind: 'get', jobId: id, family: item.get(family), likely: likelyFamily(item, id) };
	},
};
