import { JOB_FAMILIES, type JobFamily } from '../../jobs/job';
import type { Item } from '../../parameters/item';

/** What the input says of the job's family, if it is the input's own job: asking there first saves requests. */
export function likelyFamily(item: Item, jobId: string): JobFamily | undefined {
	const { jobId: inputJobId, family } = item.input.json;
	return inputJobId === jobId ? JOB_FAMILIES.find((each) => each === family) : undefined;
}
