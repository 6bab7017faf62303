import { randomUUID } from 'node:crypto';
import type { JobFault } from '../faults/fault.mts';
import type { Settings } from '../options.mts';
import { randomFrom } from '../random.mts';
import type { End, Job, JobPlan } from './job.mts';

const success: End = { status: 'SUCCESS', message: '' };

/** All jobs and their timers. */
export class Jobs {
	private jobs = new Map<string, Job>();
	private timers = new Map<string, NodeJS.Timeout>();
	private running = new Set<Job>();
	/** The largest number of unfinished jobs so far. */
	mostUnfinished = 0;

	/** @param onTime called when a job's time is up */
	constructor(
		private readonly settings: Settings,
		private readonly onTime: (job: Job, end: End) => void,
	) {}

	all(): Job[] {
		return [...this.jobs.values()];
	}

	get(jobId: string): Job | undefined {
		return this.jobs.get(jobId);
	}

	unfinished(): number {
		return this.running.size;
	}

	/** Creates a job and starts its timer. */
	start(endpoint: string, plan: JobPlan, faults: JobFault[]): Job {
		const job = this.create(randomUUID(), endpoint, plan);
		this.planEnd(job);
		for (const fault of faults) applyFault(job, fault);
		if (job.plannedEnd) {
			const end = job.plannedEnd;
			this.timers.set(
				job.jobId,
				setTimeout(() => this.onTime(job, end), job.durationMs),
			);
		}
		this.mostUnfinished = Math.max(this.mostUnfinished, this.unfinished());
		return job;
	}

	/** Adds a job that is already finished. */
	addFinished(jobId: string, endpoint: string, plan: JobPlan): Job {
		const job = this.create(jobId, endpoint, plan);
		this.end(job, success);
		return job;
	}

	/** Finishes a job and stops its timer. */
	end(job: Job, end: End): void {
		clearTimeout(this.timers.get(job.jobId));
		this.timers.delete(job.jobId);
		this.running.delete(job);
		job.end = end;
		job.endedAt = Date.now();
	}

	/** Forgets every job and stops the timers. */
	clear(): void {
		for (const timer of this.timers.values()) clearTimeout(timer);
		this.timers.clear();
		this.jobs.clear();
		this.running.clear();
		this.mostUnfinished = 0;
	}

	private create(jobId: string, endpoint: string, plan: JobPlan): Job {
		const job: Job = {
			family: 'image',
			...plan,
			jobId,
			endpoint,
			quota: this.settings.prices[plan.mode],
			submittedAt: Date.now(),
			durationMs: 0,
			plannedEnd: null,
			end: null,
			endedAt: null,
			fetches: 0,
			fetchesSinceEnd: 0,
			lag: { fetches: 0, ms: 0 },
			outageMs: 0,
			callback: { lost: false, early: false, times: 1, holdMs: 0 },
		};
		this.jobs.set(jobId, job);
		this.running.add(job);
		return job;
	}

	private planEnd(job: Job): void {
		const { seed, jobMs, jobTimes, jobSpread } = this.settings;
		const deviation = randomFrom(`duration ${seed} ${this.jobs.size}`)() * 2 - 1;
		const given = jobTimes[(this.jobs.size - 1) % jobTimes.length] ?? jobMs[job.mode];
		const wanted = Math.round(given * (1 + jobSpread * deviation));
		const limit = job.timeout * 1000;
		job.durationMs = Math.min(wanted, limit);
		job.plannedEnd = wanted > limit ? { status: 'FAILED', message: 'Job Timeout' } : success;
	}
}

function applyFault(job: Job, fault: JobFault): void {
	switch (fault.kind) {
		case 'jobFails':
			job.plannedEnd = { status: 'FAILED', message: fault.message };
			break;
		case 'jobNeverEnds':
			job.plannedEnd = null;
			break;
		case 'fetchLags':
			job.lag = { fetches: fault.fetches ?? (fault.ms === undefined ? 1 : 0), ms: fault.ms ?? 0 };
			break;
		case 'fetchFails':
			job.outageMs = fault.ms;
			break;
		case 'callbackLost':
			job.callback.lost = true;
			break;
		case 'callbackEarly':
			job.callback.early = true;
			break;
		case 'callbackDuplicate':
			job.callback.times = fault.times ?? 2;
			break;
		case 'callbackReordered':
			job.callback.holdMs = fault.ms ?? 5000;
			break;
	}
}
