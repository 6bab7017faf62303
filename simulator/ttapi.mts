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
import { Refusal } from './requests/refusal.mts';
import { RequestLog } from './requests/requestLog.mts';

/** How long the answer to a submit waits for its early callback to be taken. */
const earlyCallbackMs = 2000;

/** The account, its jobs and all that happens to them, without the HTTP around it. */
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
	private repeats = new Map<string, number>();

	constructor(
		readonly settings: Settings,
		endpoints: Endpoint[],
	) {
		// Every answer that takes its time listens to it.
		setMaxListeners(0, this.closing.signal);
		this.account = new Account(settings.balance);
		this.faults = new Faults(placesOf(endpoints), settings.seed);
		this.jobs = new Jobs(settings, (job, end) => void this.endJob(job, end));
		this.callbacks = new Callbacks(settings.callbackRetryMs, settings.callbackPatienceMs);
		this.pictures = new PictureStore(settings.pictureSize, settings.pictureBytes);
	}

	readonly addresses: Addresses = {
		picture: ({ jobId }, part) => `${this.url}/pictures/${jobId}${part ? `/${part}` : ''}.png`,
		protectedPicture: ({ jobId }, index) =>
			`${this.url}/cdn.midjourney.com/${jobId}/0_${index}.png`,
		video: ({ jobId }, index) => `${this.url}/videos/${jobId}/${index}.mp4`,
	};

	/**
	 * Takes a job: a slot, its quota, its clock.
	 *
	 * @throws Refusal when no slot is free or the quota does not suffice
	 */
	async submit(endpoint: string, plan: JobPlan): Promise<Job> {
		const { slots, fullQueue, prices } = this.settings;
		if (this.jobs.unfinished() >= slots) {
			const said = fullQueue === 400 ? 'The job queue is full.' : 'The queue is exhausted.';
			throw new Refusal(fullQueue, said);
		}
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

	/** Ends a job, settles its quota and tells its callback, which is done when this resolves. */
	async endJob(job: Job, end: End): Promise<void> {
		this.jobs.end(job, end);
		if (end.status === 'SUCCESS') this.account.charge(job.quota);
		else this.account.giveBack(job.quota);
		await this.callbacks.announce(job, jobAnswer(job, this.settings, this.addresses));
	}

	/** A seed that is new whenever the same thing is asked for again, and the same in every run. */
	seedFor(thing: string): string {
		const times = (this.repeats.get(thing) ?? 0) + 1;
		this.repeats.set(thing, times);
		return `${thing} ${times}`;
	}

	/** Back to the beginning; whatever ran is forgotten. */
	reset(): void {
		this.jobs.clear();
		this.callbacks.clear();
		this.faults.clear();
		this.requests.clear();
		this.pictures.clear();
		this.repeats.clear();
		this.account = new Account(this.settings.balance);
	}
}

function placesOf(endpoints: Endpoint[]): FaultPlaces {
	const names = (some: Endpoint[]) => some.map(({ name }) => name);
	return {
		answer: [...names(endpoints), ...fileEndpoints],
		job: names(endpoints.filter(({ makesJobs }) => makesJobs)),
		picture: fileEndpoints,
	};
}
