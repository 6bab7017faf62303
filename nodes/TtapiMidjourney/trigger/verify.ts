import type { IWebhookFunctions } from 'n8n-workflow';

import { forgetCredential, recentCredential } from '../callbacks/recentCredential';
import type { Clock } from '../jobs/clock';
import { reasonOf, TransientError } from '../jobs/errors';
import { isFinished, type JobAnswer } from '../jobs/job';
import { TtapiClient } from '../transport/client';
import { fetchJob, isUnknownJob } from '../transport/fetchJob';
import type { TriggerSettings } from './settings';
import type { Verification, VerificationQueue } from './verificationQueue';

/** A call of the trigger's webhook. */
export interface Call {
	context: IWebhookFunctions;
	clock: Clock;
	settings: TriggerSettings;
	queue: VerificationQueue;
}

/** How long an open call sleeps if there is nothing to poll. */
const IDLE_MS = 200;

/** The waits between the polls of a job. The last one stays. */
const WAITS_MS = [2_000, 8_000, 10_000, 15_000, 30_000];

/** TTAPI may not know a job for some seconds after its callback, and a job may be invented. */
const UNKNOWN = { polls: 3, afterMs: 10_000 };

/** The caller is answered within 2 s, so n8n's database may not take longer to say which credential is used. */
const CREDENTIAL_MS = 1_000;

/** Polls the trigger's jobs until this call can start the workflow with some of them, or is not needed any more. */
export async function finishedJobs(
	call: Call,
	isWanted: (answer: JobAnswer) => boolean,
): Promise<JobAnswer[]> {
	const { clock, queue } = call;
	for (;;) {
		const finished = queue.take(clock.now());
		if (finished) return finished;
		const job = queue.next(clock.now());
		if (job) await poll(call, job, isWanted);
		else await clock.sleep(IDLE_MS);
	}
}

/** Asks TTAPI for a job once: nothing that a caller says is trusted. */
async function poll(
	call: Call,
	job: Verification,
	isWanted: (answer: JobAnswer) => boolean,
): Promise<void> {
	const { context, clock, queue } = call;
	const { jobId } = job;
	const log = (level: 'info' | 'warn' | 'error', message: string) =>
		context.logger[level](message, { workflowId: context.getWorkflow().id, jobId });

	let answer: JobAnswer | undefined;
	let trouble: unknown;
	try {
		const client = await clientOf(call, secretsOf(call.settings));
		answer = await fetchJob(client, jobId, 'auto', job.family);
	} catch (error) {
		trouble = error;
	}
	const now = clock.now();
	if (answer && isFinished(answer.job))
		return queue.settle(job, now, isWanted(answer) ? answer : undefined);

	const isUnknown = isUnknownJob(trouble);
	if (isUnknown && job.polls >= UNKNOWN.polls && now - job.reportedAt >= UNKNOWN.afterMs) {
		log('info', `TTAPI does not know job ${jobId}, so the callback for it started nothing`);
		return queue.settle(job, now);
	}
	const isPassing = trouble === undefined || isUnknown || trouble instanceof TransientError;
	const reason = trouble === undefined ? 'TTAPI does not report its end' : reasonOf(trouble);
	if (now >= job.giveUpAt) {
		log(
			isPassing ? 'warn' : 'error',
			`Job ${jobId} could not be verified within 10 minutes, so it did not start the workflow: ${reason}. Job > Get with its ID gets the result.`,
		);
		return queue.settle(job, now);
	}
	if (!isPassing) {
		forgetCredential(context);
		if (!job.isLogged)
			log(
				'error',
				`Job ${jobId} cannot be verified: ${reason}. It is tried again for up to 10 minutes.`,
			);
		job.isLogged = true;
	}
	const wait = WAITS_MS[Math.min(job.polls, WAITS_MS.length) - 1];
	const retryAfterMs = trouble instanceof TransientError ? (trouble.retryAfterMs ?? 0) : 0;
	queue.retry(job, now, Math.max(wait, retryAfterMs));
}

/** Whether this process has submitted the job, or has seen it in an answer of TTAPI. */
export async function knowsJob(call: Call, jobId: string): Promise<boolean> {
	const { clock } = call;
	const knows = clientOf(call).then(
		({ account }) => account.knows(jobId),
		() => false,
	);
	return await Promise.race([knows, clock.sleep(CREDENTIAL_MS).then(() => false)]);
}

/** Whether images may come from private hosts: only if the API itself is on one. */
export async function hasPrivateApi(call: Call): Promise<boolean> {
	return await clientOf(call).then(
		({ isPrivate }) => isPrivate,
		() => false,
	);
}

async function clientOf({ context, clock }: Call, secrets: string[] = []): Promise<TtapiClient> {
	return await TtapiClient.of(context, clock, secrets, recentCredential(context, clock));
}

/** TTAPI's reason for a failure may repeat the Callback URL with the token, plain or percent-encoded. */
function secretsOf({ callbackToken }: TriggerSettings): string[] {
	if (callbackToken === '') return [];
	const encoded = new URLSearchParams({ token: callbackToken }).toString();
	// A space has two forms.
	return [`token=${callbackToken}`, encoded, encoded.replaceAll('+', '%20')];
}
