import { FETCH_LAG } from '../callbacks/fetchLag';
import type { Clock } from '../jobs/clock';
import { TtapiError } from '../jobs/errors';
import { Slots } from '../jobs/slots';
import { waitForJob, type WaitOutcome } from '../jobs/waitForJob';
import type { Store } from '../n8n/store';
import type { TtapiClient } from '../transport/client';
import { fetchNewJob } from '../transport/fetchJob';
import { withRetries } from '../transport/read';
import { refusesKey } from '../transport/refusals';
import type { UnfinishedJob } from '../output/outcome';

/** How many jobs are polled at once. */
const POLLS_AT_ONCE = 10;

/** What a poll of a job came to: its state, or why another poll would not help. */
export type PollResult = WaitOutcome | TtapiError;

/** The polls that the callbacks to one pause share, by job ID. */
export type SharedPolls = Store<Promise<PollResult>>;

/** What the jobs of a pause are polled with. */
export interface Poller {
	client: TtapiClient;
	clock: Clock;
	shared: SharedPolls;
}

/** What polling the jobs of a pause came to. */
export type PollResults =
	| { kind: 'allEnded'; results: Map<UnfinishedJob, PollResult> }
	/** Other jobs than the called one are unfinished. */
	| { kind: 'unfinished' }
	/** TTAPI could not be asked, or does not report the called job as finished yet: its callback has to come again. */
	| { kind: 'unsure'; why: string };

/**
 * Polls the jobs of a pause until it is known whether all of them have finished. Throws if TTAPI refuses the key.
 * @param called the job that the callback names as finished; undefined if the pause does not wait for it
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
	return { kind: 'allEnded', results };
}

const isUnfinished = (result: PollResult): result is WaitOutcome =>
	!(result instanceof TtapiError) && result.end === 'handedOver';

/**
 * The jobs in the order in which they are polled: first the called one, then the one that is most likely unfinished, then
 * the others. One unfinished job is enough to know that the execution keeps waiting.
 */
function inTurn(jobs: UnfinishedJob[], called?: UnfinishedJob): UnfinishedJob[][] {
	const [youngest, ...others] = jobs
		.filter((job) => job !== called)
		.sort((a, b) => b.submittedAt - a.submittedAt);
	return [called ? [called] : [], youngest ? [youngest] : [], others];
}

/** Only a finished job stays as it is. One that is unknown, or whose time is up, may have finished by the next callback. */
const isFinal = (result: PollResult): boolean =>
	!(result instanceof TtapiError) && result.end === 'finished';

/** Many callbacks come at once: one poll of a finished job serves them all. */
async function sharedPoll(
	poller: Poller,
	job: UnfinishedJob,
	isCalled: boolean,
): Promise<PollResult> {
	const { clock, shared } = poller;
	const { jobId } = job.receipt.job;
	const known = await shared.get(clock, jobId)?.catch(() => undefined);
	// An unfinished result may be older than the callback that names the job.
	if (known && (isFinal(known) || !isCalled)) return known;
	const poll = pollJob(poller, job, isCalled);
	// The callback of a job does not wait for polls that other callbacks have begun.
	if (isCalled) shared.set(clock, jobId, poll);
	if (await poll.then(isFinal, () => false)) shared.set(clock, jobId, poll);
	else shared.delete(jobId, poll);
	return await poll;
}

/** @param isCalled whether a callback names the job as finished: then it is polled again shortly if it is not */
async function pollJob(
	{ client, clock }: Poller,
	{ settings, receipt, submittedAt }: UnfinishedJob,
	isCalled: boolean,
): Promise<PollResult> {
	const { jobId, family } = receipt.job;
	const fetch = async () => await fetchNewJob(client, jobId, family, clock.now() - submittedAt);
	const waiting = waitForJob({
		clock,
		poll: async () => await withRetries(clock, fetch, FETCH_LAG),
		since: submittedAt,
		maxWaitMs: settings.maxWaitMs,
		firstIntervalMs: FETCH_LAG.firstIntervalMs,
		pollNow: true,
		...(isCalled ? { handOver: clock.sleep(FETCH_LAG.patienceMs) } : { pollOnce: true }),
	});
	return await waiting.catch((error: unknown) => {
		// A refused key may be accepted again before the time is up.
		if (error instanceof TtapiError && !refusesKey(error)) return error;
		throw error;
	});
}
