/** What the tests of image edits and videos share. */
import { createCanvas } from '@napi-rs/canvas';
import type { Simulator } from '../../../simulator/startSimulator.mts';
import { submitJob } from './trigger.mts';

export const PATHS = {
	edit: '/midjourney/image-edits/submit',
	video: '/midjourney/video/submit',
	extend: '/midjourney/video/extend',
};

/** Where each family is fetched. */
export const FETCH = {
	image: '/midjourney/v1/fetch',
	edit: '/midjourney/image-edits/fetch',
	video: '/midjourney/video/fetch',
};

/** A PNG in base64 whose right half is transparent: what an image edit takes. */
export function cutOut(): string {
	const canvas = createCanvas(60, 40);
	const paint = canvas.getContext('2d');
	paint.fillStyle = 'teal';
	paint.fillRect(0, 0, 30, 40);
	return canvas.toBuffer('image/png').toString('base64');
}

/** A video job of the simulator that has ended well. */
export async function finishedVideo(simulator: Simulator, count = 4): Promise<string> {
	const body = { prompt: 'it snows', imageUrl: 'https://example.com/first.png', bs: count };
	const jobId = await submitJob(simulator, body, PATHS.video);
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
