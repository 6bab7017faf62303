/** Jobs of the simulator: some to begin with, and what was sent to it. */
import type { Simulator } from '../../../simulator/startSimulator.mts';
import { OPERATIONS } from '../../operations.mts';
import { submitJob } from './trigger.mts';

/** A video job of the simulator that has ended well. */
export async function finishedVideo(simulator: Simulator, count = 4): Promise<string> {
	const body = { prompt: 'it snows', imageUrl: 'https://example.com/first.png', bs: count };
	const jobId = await submitJob(simulator, body, OPERATIONS['video.create'].path);
	simulator.finishJob(jobId, 'SUCCESS');
	return jobId;
}

/** The bodies that were sent to a path and accepted, in order. */
export const bodiesTo = (simulator: Simulator, path: string): any[] =>
	simulator
		.state()
		.requests.filter((request) => request.path === path && request.status === 200)
		.map(({ body }) => body);

/** Where the jobs were fetched, without repetitions. */
export const fetchedAt = (simulator: Simulator): string[] => [
	...new Set(
		simulator
			.state()
			.requests.map(({ path }) => path)
			.filter((path) => path.endsWith('/fetch')),
	),
];
