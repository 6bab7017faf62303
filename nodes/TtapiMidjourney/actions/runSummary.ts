import type { Job } from '../jobs/job';

/** What a run did, in a sentence: how many jobs, what they cost, and how long they took. */
export class RunSummary {
	private readonly durations: number[] = [];

	private quota = 0;

	private knowsQuota = false;

	/** Notes a job that has ended. A failed one costs nothing. */
	note(job: Job, waitedMs: number): void {
		this.durations.push(waitedMs / 1000);
		if (job.status === 'SUCCESS' && job.quota !== null) {
			this.quota += job.quota;
			this.knowsQuota = true;
		}
	}

	/**
	 * The sentence; undefined for a run without jobs.
	 * @param submitted how many jobs this run submitted
	 */
	sentence(submitted: number): string | undefined {
		const ended = this.durations.length;
		if (submitted === 0 && ended === 0) return undefined;
		const parts = [
			submitted > 0 ? `${counted(submitted)} submitted` : `${counted(ended)} waited for`,
		];
		if (this.knowsQuota) parts.push(`${Number(this.quota.toFixed(2))} quota used`);
		if (ended > 0) parts.push(`${this.span()} a job`);
		return `TTAPI: ${parts.join(', ')}`;
	}

	private span(): string {
		const least = Math.round(Math.min(...this.durations));
		const most = Math.round(Math.max(...this.durations));
		return least === most ? `${most} s` : `${least} to ${most} s`;
	}
}

const counted = (jobs: number) => (jobs === 1 ? '1 job' : `${jobs} jobs`);
