import { FETCH_LAG } from '../callbacks/fetchLag';
import type { Clock } from '../jobs/clock';
import { TtapiError } from '../jobs/errors';
import { Slots } from '../jobs/slots';
import { waitForJob, type WaitOutcome } from '../jobs/waitForJob';
import type { TtapiClient } from '../transport/client';
import { fetchNewJob } from '../transport/fetchJob';
import { withRetries } from '../transport/read';
import { refusesKey } from '../transport/refusals';
import type { UnfinishedJob } from '../output/outcome';

/** How many jobs are looked at at once. */
const POLLS_AT_ONCE = 10;

/** What looking at a job came to: how it stands, or why looking again is in vain. */
export type PollResult = WaitOutcome | TtapiError;

/** Where jobs are looked at. */
export interface Poller {
	client: TtapiClient;
	clock: Clock;
	/** By the id of the job: what other callbacks to the same pause have found or are finding out. */
	shared: Map<string, Promise<PollResult>>;
}

/** What looking at the jobs of a pause came to. */
export type PollResults =
	| { kind: 'allEnded'; results: Map<UnfinishedJob, PollResult> }
	/** Other jobs than the called one are unfinished. */
	| { kind: 'unfinished' }
	/** TTAPI could not be asked, or does not know yet what its callback says: the callback has to come again. */
	| { kind: 'unsure'; why: string };

/**
 * Polls the jobs of a pause until it is known whether all of them have finished. Throws if TTAPI cannot be asked at all.
 * @param called the job that is said to have ended; undefined where none of the pause is
 */
export async function pollAll(
	poller: Poller,
	jobs: UnfinishedJob[],
	called?: UnfinishedJob,
): Promise<PollResults> {
	const slots = new Slots(POLLS_AT_ONCE);
	const results = new Map<UnfinishedJob, PollResult>();
	for (const group of inTurn(jobs, called)) {
		const looking = group.map(async (job) => {
			const result = await slots.run(async () => await sharedPoll(poller, job, job === called));
			results.set(job, result);
			return result;
		});
		const unfinished = (await Promise.all(looking)).filter(isUnfinished);
		if (unfinished.length === 0) continue;
		if (unfinished.some(({ trouble }) => trouble))
			return { kind: 'unsure', why: 'TTAPI could not be asked for all jobs' };
		return called && group.includes(called)
			? { kind: 'unsure', why: 'TTAPI does not report the job as ended yet' }
			: { kind: 'unfinished' };
	}
	return { kind: 'allEnded', results };
}

const isUnfinished = (result: PollResult): result is WaitOutcome =>
	!(result instanceof TtapiError) && result.end === 'handedOver';

/**
 * The jobs in the order of looking at them: first the one that is said to have ended, then the one that is most likely
 * unfinished, as one of them is enough to know that the execution goes on waiting.
 */
function inTurn(jobs: UnfinishedJob[], called?: UnfinishedJob): UnfinishedJob[][] {
	const [youngest, ...others] = jobs
		.filter((job) => job !== called)
		.sort((a, b) => b.submittedAt - a.submittedAt);
	return [called ? [called] : [], youngest ? [youngest] : [], others];
}

/** Only what has ended stays as it is: an unknown job or a patience that is over may look better to the next callback. */
const hasEnded = (result: PollResult): boolean =>
	!(result instanceof TtapiError) && result.end === 'finished';

/** Callbacks come many at once: one poll of a job that has ended does for all of them. */
async function sharedPoll(
	poller: Poller,
	job: UnfinishedJob,
	isCalled: boolean,
): Promise<PollResult> {
	const { shared } = poller;
	const { jobId } = job.receipt.job;
	const found = await shared.get(jobId)?.catch(() => undefined);
	// That it had not ended may have been seen before it was said to have.
	if (found && (hasEnded(found) || !isCalled)) return found;
	const looking = pollJob(poller, job, isCalled);
	// Who is called does not wait for the polls of others.
	if (isCalled) shared.set(jobId, looking);
	const isEnd = await looking.then(hasEnded, () => false);
	if (isEnd) shared.set(jobId, looking);
	else if (shared.get(jobId) === looking) shared.delete(jobId);
	return await looking;
}

/** @param isCalled whether the job is said to have ended, so that looking again shortly is worth it */
async function pollJob(
	{ client, clock }: Poller,
	{ settings, receipt, submittedAt }: UnfinishedJob,
	isCalled: boolean,
): Promise<PollResult> {
	const { jobId, family } = receipt.job;
	const poll = async () => await fetchNewJob(client, jobId, family, clock.now() - submittedAt);
	const looking = waitForJob({
		clock,
		poll: async () => await withRetries(clock, poll, FETCH_LAG),
		since: submittedAt,
		maxWaitMs: settings.maxWaitMs,
		firstIntervalMs: FETCH_LAG.firstIntervalMs,
		pollNow: true,
		...(isCalled ? { handOver: clock.sleep(FETCH_LAG.patienceMs) } : { pollOnce: true }),
	});
	return await looking.catch((error: unknown) => {
		// A refused key may be accepted again before the time is up.
		if (error instanceof TtapiError && !refusesKey(error)) return error;
		throw error;
	});
}
