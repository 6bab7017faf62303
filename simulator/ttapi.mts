import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Account } from './account.mts';
import { Callbacks } from './callbacks.mts';
import type { Endpoint } from './endpoints/endpoint.mts';
import type { FaultPlaces } from './faults/checkFault.mts';
import { fileEndpoints } from './faults/fault.mts';
import { Faults } from './faults/faults.mts';
import { jobAnswer } from './jobs/jobAnswer.mts';
import type { Addresses, End, Job, JobPlan } from './jobs/job.mts';
import { Jobs } from './jobs/jobs.mts';
import type { Settings } from './options.mts';
import { PictureStore } from './pictures/pictureStore.mts';
import { Refusal, words } from './requests/refusal.mts';
import { RequestLog } from './requests/requestLog.mts';

/** How long the answer to a submit waits for its early callback to be delivered. */
const earlyCallbackMs = 2000;

/** The account and its jobs, without the HTTP around them. */
export class Ttapi {
	/** Where the simulator listens. */
	url = '';
	account: Account;
	readonly requests = new RequestLog();
	readonly faults: Faults;
	readonly jobs: Jobs;
	readonly callbacks: Callbacks;
	readonly pictures: PictureStore;
	/** Aborted when the simulator closes. */
	readonly closing = new AbortController();
	private requestCounts = new Map<string, number>();

	constructor(
		readonly settings: Settings,
		endpoints: Endpoint[],
	) {
		// No listener limit, because every slow answer listens to it.
		setMaxListeners(0, this.closing.signal);
		this.account = new Account(settings.balance);
		this.faults = new Faults(placesOf(endpoints), settings.seed);
		this.jobs = new Jobs(settings, (job, end) => void this.endJob(job, end));
		this.callbacks = new Callbacks(settings);
		this.pictures = new PictureStore(settings.pictureSize, settings.pictureBytes);
	}

	readonly addresses: Addresses = {
		picture: ({ jobId }, part) => `${this.url}/pictures/${jobId}${part ? `/${part}` : ''}.png`,
		protectedPicture: ({ jobId }, index) =>
			`${this.url}/cdn.midjourney.com/${jobId}/0_${index}.png`,
		video: ({ jobId }, index) => `${this.url}/videos/${jobId}/${index}.mp4`,
	};

	/**
	 * Accepts a job: takes a slot, freezes its quota and starts its timer.
	 *
	 * @throws Refusal if no slot is free or the balance is too low
	 */
	async submit(endpoint: string, plan: JobPlan): Promise<Job> {
		const { slots, fullQueue, prices } = this.settings;
		if (this.jobs.unfinished() >= slots) throw new Refusal(fullQueue, words.fullQueue);
		if (!this.account.freeze(prices[plan.mode])) throw new Refusal(402, 'Insufficient quota.');

		const faults = this.faults.take('job', { endpoint, prompt: plan.prompt });
		const job = this.jobs.start(endpoint, plan, faults);
		if (job.callback.early && job.plannedEnd) {
			await Promise.race([
				this.endJob(job, job.plannedEnd),
				delay(earlyCallbackMs, undefined, { ref: false }),
			]);
		}
		return job;
	}

	/** Finishes a job and settles its quota. Resolves once its callback is done. */
	async endJob(job: Job, end: End): Promise<void> {
		this.jobs.end(job, end);
		if (end.status === 'SUCCESS') this.account.charge(job.quota);
		else this.account.refund(job.quota);
		await this.callbacks.announce(job, jobAnswer(job, this.settings, this.addresses));
	}

	/** A seed that differs each time the same request comes, but is the same in every run. */
	seedFor(request: string): string {
		const count = (this.requestCounts.get(request) ?? 0) + 1;
		this.requestCounts.set(request, count);
		return `${request} ${count}`;
	}

	/** Goes back to the start. Running jobs are forgotten. */
	reset(): void {
		this.jobs.clear();
		this.callbacks.clear();
		this.faults.clear();
		this.requests.clear();
		this.pictures.clear();
		this.requestCounts.clear();
		this.account = new Account(this.settings.balance);
	}
}

function placesOf(endpoints: Endpoint[]): FaultPlaces {
	const names = (some: Endpoint[]) => some.map(({ name }) => name);
	return {
		answer: [...names(endpoints), ...fileEndpoints],
		fetch: names(endpoints.filter(({ findsJobs }) => findsJobs)),
		job: names(endpoints.filter(({ makesJobs }) => makesJobs)),
		picture: fileEndpoints,
	};
}
