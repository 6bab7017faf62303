import type { IWebhookFunctions } from 'n8n-workflow';

import { FETCH_LAG } from '../callbacks/fetchLag';
import type { Clock } from '../jobs/clock';
import type { Job, JobAnswer } from '../jobs/job';
import { waitForJob } from '../jobs/waitForJob';
import { TtapiClient } from '../transport/client';
import { fetchJob, isUnknownJob } from '../transport/fetchJob';
import { forgetCredential, recentCredential } from '../callbacks/recentCredential';
import type { UnderWay } from './underWay';
import { NotStarted, tooMany } from './notStarted';
import type { TriggerSettings } from './settings';

/** Any more calls are asked to come again: a flood of calls must not become a flood of requests to TTAPI. */
const VERIFICATIONS_AT_ONCE = 10;

/** What TTAPI says of a job. */
export interface Verified {
	answer: JobAnswer;
	/** Whether images may come from private hosts: the API itself is on one. */
	allowPrivate: boolean;
}

/**
 * Asks TTAPI for the job that a caller reports as finished: nothing that the caller says is trusted. Calls for the same job
 * share the answer. Throws NotStarted, or the reason why TTAPI cannot be asked at all.
 * @param told the job as the caller describes it: its family says where to look first
 * @param verifications those of this trigger that are under way
 * @param secrets what no text of TTAPI may show
 */
export async function verify(
	context: IWebhookFunctions,
	clock: Clock,
	told: Job,
	verifications: UnderWay<Verified>,
	secrets: string[],
): Promise<Verified> {
	const { jobId } = told;
	const joined = verifications.join(clock, jobId);
	if (joined) return await joined;
	if (verifications.count(clock) >= VERIFICATIONS_AT_ONCE) throw tooMany();
	const asking = ask(context, clock, told, secrets).catch((error: unknown) => {
		forgetCredential(context);
		throw error;
	});
	verifications.add(clock, jobId, asking);
	return await asking;
}

/** Whether images may come from private hosts if nothing is verified: only if the API itself is on one. */
export async function hasPrivateApi(
	context: IWebhookFunctions,
	clock: Clock,
	{ download }: Pick<TriggerSettings, 'download'>,
): Promise<boolean> {
	if (download === 'none') return false;
	return await TtapiClient.of(context, clock, [], recentCredential(context, clock)).then(
		(client) => client.isPrivate,
		// Without Verify there may be no credential.
		() => false,
	);
}

async function ask(
	context: IWebhookFunctions,
	clock: Clock,
	{ jobId, family }: Job,
	secrets: string[],
): Promise<Verified> {
	const client = await TtapiClient.of(context, clock, secrets, recentCredential(context, clock));
	const { answer, end } = await waitForJob({
		clock,
		since: clock.now(),
		pollNow: true,
		poll: async () => await fetchJob(client, jobId, 'auto', family).catch(unknownJob),
		maxWaitMs: FETCH_LAG.patienceMs,
		// Whoever calls waits for the answer.
		endsAt: clock.now() + FETCH_LAG.patienceMs,
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
