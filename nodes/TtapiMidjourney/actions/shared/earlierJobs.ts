import { InputError } from '../../jobs/errors';
import { JOB_FAMILIES, type Job, type JobFamily } from '../../jobs/job';
import type { Item } from '../../parameters/item';
import { fetchJob } from '../../transport/fetchJob';
import { withRetries } from '../../transport/read';
import type { Tools } from '../../run/operation';

/**
 * The job that an item builds on. It is fetched for free, once per run. Throws an InputError if it did not succeed: the new
 * job would fail, too.
 * @param what what it doesn't have then, as it reads in a sentence: "image to change"
 */
export async function finishedJob(
	tools: Tools,
	jobId: string,
	family: JobFamily | 'auto',
	what: string,
): Promise<Job> {
	const lookUp = async () => (await fetchJob(tools.client, jobId, family)).job;
	const job = await tools.once(
		`job ${family} ${jobId}`,
		async () => await withRetries(tools.clock, lookUp),
	);
	if (job.status === 'SUCCESS') return job;
	throw new InputError(
		`Job ${jobId} is ${job.status}, so there is no ${what}`,
		'Use the ID of a job that has ended with SUCCESS. This item was not submitted.',
	);
}

/** What the input says of the job's family, if it is the input's own job: asking there first saves requests. */
export function likelyFamily(item: Item, jobId: string): JobFamily | undefined {
	const { jobId: inputJobId, family } = item.input.json;
	return inputJobId === jobId ? JOB_FAMILIES.find((each) => each === family) : undefined;
}
