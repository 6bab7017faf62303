import type { WaitOutcome } from '../jobs/waitForJob';

/** Counts the jobs of a run, their quota and their durations, for a sentence above the output. */
export class RunSummary {
	private readonly durations: number[] = [];

	private quota = 0;

	private knowsQuota = false;

	private submitted = 0;

	private reused = 0;

	private readonly remarks = new Set<string>();

	noteSubmitted(): void {
		this.submitted++;
	}

	/** Counts a job of an earlier attempt, which has already paid for it. */
	noteReused(): void {
		this.reused++;
	}

	/** Counts a finished job's duration and, if it succeeded, its quota. TTAPI returns that of a failed job. */
	note({ answer, end, waitedMs }: WaitOutcome): void {
		if (end !== 'finished' || !answer) return;
		const { status, quota } = answer.job;
		this.durations.push(waitedMs / 1000);
		if (status === 'SUCCESS' && quota !== null) {
			this.quota += quota;
			this.knowsQuota = true;
		}
	}

	/** Adds something else that the user should know. Only shown if the run has jobs. */
	remark(what: string): void {
		this.remarks.add(what);
	}

	/** The sentence; undefined for a run without jobs. */
	get sentence(): string | undefined {
		const { submitted, reused } = this;
		const finished = this.durations.length;
		const jobs = submitted + reused || finished;
		if (jobs === 0) return undefined;
		const parts: string[] = [];
		if (submitted > 0) parts.push(`${counted(submitted)} submitted`);
		if (reused > 0) parts.push(`${counted(reused)} of an earlier attempt used again`);
		if (submitted + reused === 0) parts.push(`${counted(finished)} waited for`);
		if (this.knowsQuota) parts.push(`${Number(this.quota.toFixed(2))} quota in all`);
		if (finished > 0) parts.push(`${this.timeSpan()}${jobs > 1 ? ' each' : ''}`);
		return [`TTAPI: ${parts.join(', ')}`, ...this.remarks].join('; ');
	}

	private timeSpan(): string {
		const shortest = Math.round(Math.min(...this.durations));
		const longest = Math.round(Math.max(...this.durations));
		return shortest === longest ? `${longest} s` : `${shortest} to ${longest} s`;
	}
}

const counted = (jobs: number) => (jobs === 1 ? '1 job' : `${jobs} jobs`);
