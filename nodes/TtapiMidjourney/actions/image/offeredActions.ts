import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';

import { ACTIONS } from '../../parameters/actionValues';
import { isPressable, type OfferedAction } from '../../jobs/actions';
import { n8nClock } from '../../n8n/clock';
import { TtapiClient } from '../../transport/client';
import { fetchJob } from '../../transport/fetchJob';

/**
 * The list of actions in the editor: those that the job offers. All of them where that is not known, as the editor shows
 * nothing but what this gives. Throws nothing.
 */
export async function offeredActions(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const offered = await actionsOf(this).catch(() => []);
	if (offered.length === 0) return [...ACTIONS];
	return offered.map(
		({ value, label }) => ACTIONS.find((each) => each.value === value) ?? { name: label, value },
	);
}

async function actionsOf(context: ILoadOptionsFunctions): Promise<OfferedAction[]> {
	const jobId = String(context.getCurrentNodeParameter('jobId') ?? '').trim();
	// The editor evaluates expressions before it asks, where it can.
	if (jobId === '' || jobId.startsWith('=')) return [];
	const client = await TtapiClient.of(context, n8nClock(context));
	const { job } = await fetchJob(client, jobId, 'auto');
	return job.actions.filter(({ value }) => isPressable(value));
}
