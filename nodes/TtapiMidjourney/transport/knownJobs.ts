import type { Clock } from '../jobs/clock';
import { Store } from '../n8n/store';
import type { TtapiClient } from './client';

/** The jobs that this process submitted, was told are accepted, or has seen in an answer; by base URL and ID. */
const knownJobs = new Store<true>({ most: 10_000 });

const keyOf = (baseUrl: string, jobId: string): string => `${baseUrl} ${jobId.toLowerCase()}`;

/** Remembers that the job exists. */
export function noteKnownJob(
	{ baseUrl, clock }: Pick<TtapiClient, 'baseUrl' | 'clock'>,
	jobId: string,
): void {
	knownJobs.set(clock, keyOf(baseUrl, jobId), true);
}

/** Whether this process knows that the job exists, even if TTAPI should say that it doesn't. */
export const isKnownJob = (baseUrl: string, jobId: string, clock: Clock): boolean =>
	knownJobs.get(clock, keyOf(baseUrl, jobId)) !== undefined;
