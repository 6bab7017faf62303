import type { Clock } from '../jobs/clock';
import { StoppedError, TtapiError, reasonOf } from '../jobs/errors';
import { failedJobError, failureReason } from '../jobs/failure';
import { submittedJob, type JobAnswer, type JobFamily } from '../jobs/job';
import type { TtapiClient } from '../transport/client';
import { fetchAcceptedJob, NotYetKnownError } from '../transport/fetchJob';
import { withRetries } from '../transport/read';
import { stillInDoubt } from './doubt';
import { fingerprint } from './fingerprint';
import { isDoubtful, type DoubtfulEntry, type Ledger } from './ledger';
import { seekJob } from './seekJob';
import type { SharedHistory } from './sharedHistory';

/** What an item is about to submit. */
export interface PlannedSubmit {
	/** The item's index. */
	index: number;
	path: string;
	family: JobFamily;
	action: string;
	prompt?: string | null;
	/** Builds all fields of the request but the callback URL. */
	body: () => Promise<Record<string, unknown>>;
}

/** A job that an earlier attempt submitted for the item. */
export interface EarlierJob {
	/** The job as it was submitted. */
	receipt: JobAnswer;
	/** The job as it is now. */
	answer: JobAnswer;
}

export interface EarlierJobContext {
	client: TtapiClient;
	clock: Clock;
	ledger: Ledger;
	history: SharedHistory;
}

/**
 * The job that an earlier attempt submitted for the same request, to be reused. Undefined if a new one is to be submitted:
 * there was none, or it failed for a transient reason and its quota was returned. Throws a TtapiError with the job's ID if
 * submitting again would fail again, do harm, or could be paid twice.
 */
export async function findEarlierJob(
	context: EarlierJobContext,
	planned: PlannedSubmit,
): Promise<EarlierJob | undefined> {
	const { ledger } = context;
	const { index, path } = planned;
	// Without an entry to compare with, don't build the body: it may have to download images.
	if (!ledger.knows(index)) return undefined;
	const body = await planned.body().catch((error: unknown) => {
		throw withEarlierJob(error, ledger, index);
	});
	const entry = ledger.find(index, fingerprint(path, body));
	if (!entry) return undefined;
	if (entry.refusal) throw new TtapiError(entry.refusal.message, entry.refusal);

	const jobId = isDoubtful(entry) ? await seekAgain(context, planned, entry) : entry.jobId;
	if (jobId === undefined) return undefined;
	const answer = await fetchEarlierJob(context, jobId, planned.family);
	if (answer.job.status === 'FAILED') {
		// The next submit takes its place in the ledger.
		if (failureReason(answer.job.message).transient) return undefined;
		throw failedJobError(answer.job);
	}
	const { family, action, prompt } = planned;
	return {
		answer,
		receipt: { job: submittedJob(jobId, family, { action, prompt }), body: { jobId } },
	};
}

async function fetchEarlierJob(
	{ client, clock }: EarlierJobContext,
	jobId: string,
	family: JobFamily,
) {
	const fetch = async () => await fetchAcceptedJob(client, jobId, family);
	return await withRetries(clock, fetch).catch((error: unknown) => {
		if (!(error instanceof NotYetKnownError)) throw error;
		throw new TtapiError(`TTAPI does not know the job ${jobId} that an earlier attempt submitted`, {
			description:
				'It was not submitted again, so that nothing is paid twice. Use the credential that it was submitted with; or run the workflow anew instead of retrying it, which submits and pays all of its jobs again.',
			jobId,
			httpStatus: error.httpStatus,
		});
	});
}

/** The ID of a doubtful submit's job; undefined if it is certain now that there is none. Throws if it is still in doubt. */
async function seekAgain(
	{ clock, ledger, history }: EarlierJobContext,
	{ index, family, action, prompt }: PlannedSubmit,
	entry: DoubtfulEntry,
): Promise<string | undefined> {
	const context = { clock, history, isKnown: (jobId: string) => ledger.has(jobId) };
	const found = await seekJob(context, { family, action, prompt, ...entry }, 0, 0);
	if (found.kind === 'job') {
		const { hash, sentAt, skewMs, mark } = entry;
		ledger.write(index, { hash, sentAt, skewMs, mark, jobId: found.jobId });
		return found.jobId;
	}
	if (found.kind === 'none' && found.isProof && !entry.doubt.jobId) return undefined;
	throw stillInDoubt(ledger, index, entry, found);
}

/** The error if the request can't be built: it names the item's earlier job, which may have been for the same request. */
function withEarlierJob(error: unknown, ledger: Ledger, index: number): unknown {
	const jobId = ledger.lastJobOf(index);
	if (jobId === undefined || error instanceof StoppedError) return error;
	return new TtapiError(
		`${reasonOf(error)} (an earlier attempt submitted job ${jobId} for this item)`,
		{
			description: 'Job > Wait with this ID gets its result, free of charge.',
			jobId,
		},
	);
}
