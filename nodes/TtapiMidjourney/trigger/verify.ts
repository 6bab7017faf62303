import type { IWebhookFunctions } from 'n8n-workflow';

import { FETCH_LAG } from '../callbacks/fetchLag';
import { n8nClock } from '../n8n/clock';
import type { Job, JobAnswer } from '../jobs/job';
import { waitForJob } from '../jobs/waitForJob';
import { TtapiClient } from '../transport/client';
import { fetchJob, isUnknownJob } from '../transport/fetchJob';
import { forgetCredential, recentCredential } from '../callbacks/recentCredential';
import type { UnderWay } from './underWay';
import { NotStarted, tooMany } from './notStarted';
import type { TriggerSettings } from './settings';

/** More at once are asked to come again: a flood of calls must not become one of requests to TTAPI. */
const VERIFICATIONS_AT_ONCE = 10;

/** What TTAPI says of a job. */
export interface Verified {
	answer: JobAnswer;
	/** Whether the API is in a private network, so that its images are, too. */
	allowPrivate: boolean;
}

/**
 * Asks TTAPI for the job that a caller says has ended: nothing of what the caller says is believed. Calls for the same
 * job share the answer. Throws NotStarted, or what keeps TTAPI from being asked at all.
 * @param told the job as the caller has it: its family says where it is looked for first
 * @param verifications those of this trigger that are under way
 * @param secrets what no text of TTAPI may show
 */
export async function verify(
	context: IWebhookFunctions,
	told: Job,
	verifications: UnderWay<Verified>,
	secrets: string[],
): Promise<Verified> {
	const { jobId } = told;
	const joined = verifications.join(jobId);
	if (joined) return await joined;
	if (verifications.size >= VERIFICATIONS_AT_ONCE) throw tooMany();
	const asking = ask(context, told, secrets).catch((error: unknown) => {
		forgetCredential(context);
		throw error;
	});
	verifications.add(jobId, asking);
	return await asking;
}

/** Whether images may come from private hosts although nothing is verified: only where the API itself is on one. */
export async function hasPrivateApi(
	context: IWebhookFunctions,
	{ download }: Pick<TriggerSettings, 'download'>,
): Promise<boolean> {
	if (download === 'none') return false;
	const clock = n8nClock(context);
	return await TtapiClient.of(context, clock, [], recentCredential(context, clock)).then(
		(client) => client.isPrivate,
		// Without Verify there may be no credential.
		() => false,
	);
}

async function ask(
	context: IWebhookFunctions,
	{ jobId, family }: Job,
	secrets: string[],
): Promise<Verified> {
	const clock = n8nClock(context);
	const client = await TtapiClient.of(context, clock, secrets, recentCredential(context, clock));
	const { answer, end } = await waitForJob({
		clock,
		since: clock.now(),
		pollNow: true,
		poll: async () => await fetchJob(client, jobId, 'auto', family).catch(unknownJob),
		maxWaitMs: FETCH_LAG.patienceMs,
		firstIntervalMs: FETCH_LAG.firstIntervalMs,
	});
	if (answer && end === 'finished') return { answer, allowPrivate: client.isPrivate };
	throw new NotStarted(
		503,
		answer ? 'TTAPI does not report the job as ended yet' : 'TTAPI could not be asked',
	);
}

function unknownJob(error: unknown): never {
	throw isUnknownJob(error) ? new NotStarted(404, 'TTAPI does not know the job') : error;
}
