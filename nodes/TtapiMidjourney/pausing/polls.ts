import { FETCH_LAG } from '../callbacks/fetchLag';
import { momentOf, type Clock } from '../jobs/clock';
import { TtapiError } from '../jobs/errors';
import { Slots } from '../jobs/slots';
import { waitForJob, type WaitOutcome } from '../jobs/waitForJob';
import type { Store } from '../n8n/store';
import type { TtapiClient } from '../transport/client';
import { fetchAcceptedJob } from '../transport/fetchJob';
import { withRetries } from '../transport/read';
import { refusesKey } from '../transport/refusals';
import type { UnfinishedJob } from '../output/outcome';

const POLLS_AT_ONCE = 10;

/** What polling a job came to, or the error that polling it again wouldn't change. */
export type PollResult = WaitOutcome | TtapiError;

/** The polls that the callbacks to one pause share, by job ID. */
export type SharedPolls = Store<Promise<PollResult>>;

export interface Poller {
	client: TtapiClient;
	clock: Clock;
	shared: SharedPolls;
}

export type PollResults =
	| { kind: 'allFinished'; results: Map<UnfinishedJob, PollResult> }
	/** Jobs other than the called one are unfinished. */
	| { kind: 'unfinished' }
	/** TTAPI couldn't be asked, or doesn't report the called job as finished yet. The callback must be sent again. */
	| { kind: 'unsure'; why: string };

/**
 * Polls the jobs of a pause until it is known whether all of them have finished. Throws a TtapiError if TTAPI refuses the key.
 * @param called the job that the callback names as finished; undefined if the pause doesn't wait for it
 */
export async function pollAll(
	poller: Poller,
	jobs: UnfinishedJob[],
	called?: UnfinishedJob,
): Promise<PollResults> {
	const slots = new Slots(POLLS_AT_ONCE);
	const results = new Map<UnfinishedJob, PollResult>();
	for (const group of inTurn(jobs, called)) {
		const polls = group.map(async (job) => {
			const result = await slots.run(async () => await sharedPoll(poller, job, job === called));
			results.set(job, result);
			return result;
		});
		const unfinished = (await Promise.all(polls)).filter(isUnfinished);
		if (unfinished.length === 0) continue;
		if (unfinished.some(({ trouble }) => trouble))
			return { kind: 'unsure', why: 'TTAPI could not be asked for all jobs' };
		return called && group.includes(called)
			? { kind: 'unsure', why: 'TTAPI does not report the job as ended yet' }
			: { kind: 'unfinished' };
	}
	return { kind: 'allFinished', results };
}

const isUnfinished = (result: PollResult): result is WaitOutcome =>
	!(result instanceof TtapiError) && result.end === 'handedOver';

/**
 * The jobs in the order in which they are polled. The youngest comes early because it is most likely unfinished, and one
 * unfinished job is enough to know that the execution keeps waiting.
 */
function inTurn(jobs: UnfinishedJob[], called?: UnfinishedJob): UnfinishedJob[][] {
	const [youngest, ...others] = jobs
		.filter((job) => job !== called)
		.sort((a, b) => b.submittedAt - a.submittedAt);
	return [called ? [called] : [], youngest ? [youngest] : [], others];
}

/** A job that is unknown, or has timed out, may have finished by the next callback. */
const isFinal = (result: PollResult): boolean =>
	!(result instanceof TtapiError) && result.end === 'finished';

/** Polls a job once for all callbacks that come at about the same time. */
async function sharedPoll(
	poller: Poller,
	job: UnfinishedJob,
	isCalled: boolean,
): Promise<PollResult> {
	const { clock, shared } = poller;
	const { jobId } = job.receipt.job;
	const known = await shared.get(clock, jobId)?.catch(() => undefined);
	// If the callback names this job, an unfinished result may be older than the callback.
	if (known && (isFinal(known) || !isCalled)) return known;
	const poll = pollJob(poller, job, isCalled);
	// A poll under way is only shared if the callback names its job: that job's own callback must not wait for an older poll.
	if (isCalled) shared.set(clock, jobId, poll);
	if (await poll.then(isFinal, () => false)) shared.set(clock, jobId, poll);
	else shared.delete(jobId, poll);
	return await poll;
}

/** @param isCalled whether a callback names the job as finished. Then it is polled again for a few seconds */
async function pollJob(
	{ client, clock }: Poller,
	{ settings, receipt, submittedAt }: UnfinishedJob,
	isCalled: boolean,
): Promise<PollResult> {
	const { jobId, family } = receipt.job;
	const fetch = async () => await fetchAcceptedJob(client, jobId, family);
	const waiting = waitForJob({
		clock,
		poll: async () => await withRetries(clock, fetch, FETCH_LAG),
		since: momentOf(clock, submittedAt),
		maxWaitMs: settings.maxWaitMs,
		firstIntervalMs: FETCH_LAG.firstIntervalMs,
		pollNow: true,
		...(isCalled ? { handOver: clock.sleep(FETCH_LAG.patienceMs) } : { pollOnce: true }),
	});
	return await waiting.catch((error: unknown) => {
		// A refused key may be corrected before the time is up.
		if (error instanceof TtapiError && !refusesKey(error)) return error;
		throw error;
	});
}
