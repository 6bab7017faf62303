import type { WaitOutcome } from '../jobs/waitForJob';

/** What a run did, in a sentence: how many jobs, what they cost, and how long they took. */
export class RunSummary {
	private readonly durations: number[] = [];

	private quota = 0;

	private knowsQuota = false;

	private submitted = 0;

	private recalled = 0;

	private readonly remarks = new Set<string>();

	/** Notes that TTAPI took a job of this run. */
	noteSubmitted(): void {
		this.submitted++;
	}

	/** Notes that the job of an earlier attempt was used. It was paid by that one. */
	noteRecalled(): void {
		this.recalled++;
	}

	/** Notes what a wait came to. The quota of a failed job is returned (but not after 30 violations a day). */
	note({ answer, end, waitedMs }: WaitOutcome): void {
		if (end !== 'finished' || !answer) return;
		const { status, quota } = answer.job;
		this.durations.push(waitedMs / 1000);
		if (status === 'SUCCESS' && quota !== null) {
			this.quota += quota;
			this.knowsQuota = true;
		}
	}

	/** Adds what else the user should know: part of the sentence, so only shown for a run with jobs. */
	remark(what: string): void {
		this.remarks.add(what);
	}

	/** The sentence; undefined for a run without jobs. */
	get sentence(): string | undefined {
		const { submitted, recalled } = this;
		const ended = this.durations.length;
		if (submitted + recalled + ended === 0) return undefined;
		const parts: string[] = [];
		if (submitted > 0) parts.push(`${counted(submitted)} submitted`);
		if (recalled > 0) parts.push(`${counted(recalled)} of an earlier attempt used again`);
		if (submitted + recalled === 0) parts.push(`${counted(ended)} waited for`);
		if (this.knowsQuota) parts.push(`${Number(this.quota.toFixed(2))} quota in all`);
		if (ended > 0)
			parts.push(`${this.span()}${(submitted + recalled || ended) > 1 ? ' each' : ''}`);
		return [`TTAPI: ${parts.join(', ')}`, ...this.remarks].join('; ');
	}

	private span(): string {
		const least = Math.round(Math.min(...this.durations));
		const most = Math.round(Math.max(...this.durations));
		return least === most ? `${most} s` : `${least} to ${most} s`;
	}
}

const counted = (jobs: number) => (jobs === 1 ? '1 job' : `${jobs} jobs`);
