import type { Clock } from '../jobs/clock';
import { TransientError, StoppedError, TtapiError, reasonOf } from '../jobs/errors';
import { failedJobError, failureReason } from '../jobs/failure';
import { submittedJob, type JobAnswer, type JobFamily } from '../jobs/job';
import type { TtapiClient } from '../transport/client';
import { fetchNewJob, isUnknownJob } from '../transport/fetchJob';
import { withRetries } from '../transport/read';
import { stillInDoubt } from './doubt';
import { fingerprint } from './fingerprint';
import { isDoubtful, type DoubtfulEntry, type Ledger } from './ledger';
import { seekJob } from './seekJob';

/** What an item would submit. */
export interface Request {
	/** Of the item. */
	index: number;
	path: string;
	family: JobFamily;
	action: string;
	prompt?: string | null;
	/** Makes all fields of the request. */
	body: () => Promise<Record<string, unknown>>;
}

/** A job that an earlier attempt has submitted for the item. */
export interface RecalledJob {
	/** What is known of it without looking at it. */
	receipt: JobAnswer;
	/** What was seen of it just now. */
	answer: JobAnswer;
	/** When it was submitted, in ms since 1970. */
	submittedAt: number;
}

export interface Recaller {
	client: TtapiClient;
	clock: Clock;
	ledger: Ledger;
}

/**
 * The job that an earlier attempt has submitted for the same request; undefined where a new one is to be submitted,
 * because there was none or it has cost nothing and another try may work. Throws a TtapiError, with the id of the job,
 * where submitting it again would be in vain, could do harm or could be paid twice.
 */
export async function recall(
	recaller: Recaller,
	request: Request,
): Promise<RecalledJob | undefined> {
	const { ledger } = recaller;
	const { index, path } = request;
	if (!ledger.knows(index)) return undefined;
	const body = await request.body().catch((error: unknown) => {
		throw withEarlierJob(error, ledger, index);
	});
	const entry = ledger.find(index, fingerprint(path, body));
	if (!entry) return undefined;
	if (entry.refusal) throw new TtapiError(entry.refusal.message, entry.refusal);

	const jobId = isDoubtful(entry) ? await seekAgain(recaller, request, entry) : entry.jobId;
	if (jobId === undefined) return undefined;
	const answer = await look(recaller, jobId, request.family, entry.sentAt);
	if (answer.job.status === 'FAILED') {
		// The next submit takes its place in the ledger.
		if (failureReason(answer.job.message).worthAnotherTry) return undefined;
		throw failedJobError(answer.job);
	}
	const { family, action, prompt } = request;
	return {
		answer,
		submittedAt: entry.sentAt,
		receipt: { job: submittedJob(jobId, family, { action, prompt }), body: { jobId } },
	};
}

async function look(
	{ client, clock }: Recaller,
	jobId: string,
	family: JobFamily,
	submittedAt: number,
) {
	// Retry On Fail may come a second after the submit.
	const pollOnce = async () => await fetchNewJob(client, jobId, family, clock.now() - submittedAt);
	return await withRetries(clock, pollOnce).catch((error: unknown) => {
		if (!isUnknownJob(error) || error instanceof TransientError) throw error;
		throw new TtapiError(`TTAPI does not know the job ${jobId} that an earlier attempt submitted`, {
			description:
				'It was not submitted again, so that nothing is paid twice. Use the credential that it was submitted with; or run the workflow anew instead of retrying it, which submits and pays all of its jobs again.',
			jobId,
			httpStatus: error.httpStatus,
		});
	});
}

/** The id of a job that nobody was sure of; undefined where it is sure now that there is none. */
async function seekAgain(
	{ client, clock, ledger }: Recaller,
	{ index, family, action, prompt }: Request,
	entry: DoubtfulEntry,
): Promise<string | undefined> {
	const seeker = { client, clock, isKnown: (jobId: string) => ledger.has(jobId) };
	const found = await seekJob(seeker, { family, action, prompt, ...entry }, 0, 0);
	if (found.kind === 'job') {
		const { hash, sentAt, mark } = entry;
		ledger.write(index, { hash, sentAt, mark, jobId: found.jobId });
		return found.jobId;
	}
	if (found.kind === 'none' && found.isProof && !entry.doubt.jobId) return undefined;
	throw stillInDoubt(ledger, index, entry, found);
}

/** The request cannot be made any more, so it is not known whether the earlier job is its own. */
function withEarlierJob(error: unknown, ledger: Ledger, index: number): unknown {
	const jobId = ledger.jobs.filter(({ itemIndex }) => itemIndex === index).pop()?.jobId;
	if (jobId === undefined || error instanceof StoppedError) return error;
	return new TtapiError(
		`${reasonOf(error)} (an earlier attempt submitted job ${jobId} for this item)`,
		{
			description: 'Job > Wait with this ID gets its result, free of charge.',
			jobId,
		},
	);
}
