import type { Clock } from '../jobs/clock';
import type { JobFamily } from '../jobs/job';
import { isRecord } from '../jobs/json';
import { Store } from '../n8n/store';
import type { TtapiClient } from '../transport/client';
import { fetchJob, isUnknownJob, NotYetKnownError } from '../transport/fetchJob';
import { history, type History } from '../transport/history';

/** How long a look into the history counts as the latest, in ms: no longer than a search waits before its next look. */
const KEPT_MS = 4_000;

/** What TTAPI says about the account's latest jobs, read once for all items of a run. */
export class SharedHistory {
	private latestLook?: Promise<History>;

	/** Until when the latest look counts, in ms of the clock. */
	private keptUntil = 0;

	private readonly hookUrls = new Store<Promise<string | undefined>>({ most: 1_000 });

	constructor(
		private readonly client: TtapiClient,
		private readonly clock: Clock,
	) {}

	/** How far TTAPI's clock is ahead of n8n's, in ms; undefined if no answer has said it. */
	get skewMs(): number | undefined {
		return this.client.skewMs;
	}

	/** The latest jobs as they were at most 4 s ago. Throws like `history`, to all who share the look. */
	async latest(): Promise<History> {
		if (!this.latestLook || this.clock.now() >= this.keptUntil) {
			this.keptUntil = Infinity;
			this.latestLook = history(this.client).finally(() => {
				this.keptUntil = this.clock.now() + KEPT_MS;
			});
		}
		return await this.latestLook;
	}

	/**
	 * The callback URL of a job of the history; empty if TTAPI doesn't say it, undefined if a fetch doesn't know the job (yet).
	 * Throws a TtapiError if TTAPI can't be asked.
	 */
	async hookUrlOf(jobId: string, family: JobFamily): Promise<string | undefined> {
		const ask = async () => await this.askHookUrl(jobId, family);
		const hookUrl = await this.hookUrls.share(this.clock, jobId, ask);
		if (hookUrl === undefined) this.hookUrls.delete(jobId);
		return hookUrl;
	}

	private async askHookUrl(jobId: string, family: JobFamily): Promise<string | undefined> {
		const answer = await fetchJob(this.client, jobId, family).catch((error: unknown) => {
			if (isUnknownJob(error) || error instanceof NotYetKnownError) return undefined;
			throw error;
		});
		if (!answer) return undefined;
		const { data } = answer.body;
		return isRecord(data) && typeof data.hookUrl === 'string' ? data.hookUrl : '';
	}
}
