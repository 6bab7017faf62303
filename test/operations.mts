/**
 * Every operation of the node, once: how a workflow asks for it, what it sends, and what comes of it. The tests of all
 * levels go through this table: a new operation is one row.
 */
import { expect } from '@jest/globals';
import { createCanvas } from '@napi-rs/canvas';
import type { Simulator } from '../simulator/startSimulator.mts';

type Json = Record<string, any>;

export type Family = 'image' | 'edit' | 'video';

/** Where each family of jobs is fetched. */
export const FETCH: Record<Family, string> = {
	image: '/midjourney/v1/fetch',
	edit: '/midjourney/image-edits/fetch',
	video: '/midjourney/video/fetch',
};
export const HISTORY = '/midjourney/v1/fetch-list';
export const CHECK = '/midjourney/v1/promptCheck';
export const INFO = '/midjourney/v1/info';
export const STATUS = '/midjourney/status';

/** Jobs that ended well before a test: a grid, a single image, and four videos. */
export const ENDED = {
	grid: 'afa774a3-1aee-5aba-4510-14818d6875e4',
	single: 'f5850038-90a3-8a97-0476-107ea4b8dac4',
	videos: '3f0b8a92-7c1d-4e55-9a0e-5d2b6c7f8a91',
};

export interface Operation {
	/** What the two dropdowns of the node say. */
	resource: string;
	operation: string;
	/** The other parameters. They take what they need from the item. */
	parameters?: Json;
	/** Parameters for pictures that the item brings as base64. Without them they are files of the item. */
	pictures?: Json;
	/** Which ended job the item must name. */
	takes?: keyof typeof ENDED;
	method?: 'GET';
	path: string;
	/** The body for an item of {@link itemOf}. */
	sends?: (item: Json) => Json;
	/** The family of the job that it submits. */
	submits?: Family;
	/** How many files its finished job has, for those that can download. */
	files?: number;
	/** Of its output item. */
	gives: Json;
}

/** A small PNG whose right half is transparent, as an edit needs it. */
export function cutOut(width = 60, height = 40): Buffer {
	const canvas = createCanvas(width, height);
	const paint = canvas.getContext('2d');
	paint.fillStyle = 'teal';
	paint.fillRect(0, 0, width / 2, height);
	return canvas.toBuffer('image/png');
}

const PICTURE = cutOut().toString('base64');
const PICTURE_URL = `data:image/png;base64,${PICTURE}`;

/**
 * The `json` of an item that has what the operation takes.
 * @param jobId of the ended job, if it is not the one of {@link ENDED}
 */
export const itemOf = ({ takes = 'grid' }: Operation, jobId = ENDED[takes]): Json => ({
	prompt: 'a red door',
	imageUrl: 'https://example.com/first.png',
	picture: PICTURE,
	jobId,
});

/** The same for an operation whose job, if it names one, has ended in the simulator. */
export function itemFor(operation: Operation, simulator: Simulator): Json {
	const { takes } = operation;
	if (takes) {
		const videos = takes === 'videos' ? 4 : 0;
		simulator.addFinishedJob({ jobId: ENDED[takes], upscaled: takes === 'single', videos });
	}
	return itemOf(operation);
}

const prompt = '={{ $json.prompt }}';
const jobId = { __rl: true, mode: 'id', value: '={{ $json.jobId }}' };
const onePicture = { imageInput: 'base64', imageBase64: '={{ $json.picture }}' };

/** The two that read a job of any family by its id. */
const READING = {
	resource: 'job',
	parameters: { jobId },
	takes: 'grid',
	method: 'GET',
	path: FETCH.image,
	files: 4,
	gives: { jobId: ENDED.grid, status: 'SUCCESS', family: 'image' },
} as const;

const TABLE = {
	imagine: {
		resource: 'image',
		operation: 'imagine',
		parameters: { prompt },
		path: '/midjourney/v1/imagine',
		sends: ({ prompt }) => ({ prompt, mode: 'fast' }),
		submits: 'image',
		files: 4,
		gives: { action: 'imagine', prompt: 'a red door' },
	},
	action: {
		resource: 'image',
		operation: 'action',
		parameters: { jobId },
		takes: 'grid',
		path: '/midjourney/v1/action',
		sends: ({ jobId }) => ({ jobId, action: 'upsample1' }),
		submits: 'image',
		files: 1,
		gives: { action: 'upsample1' },
	},
	blend: {
		resource: 'image',
		operation: 'blend',
		parameters: { binaryPropertyName: 'first, second' },
		pictures: { imageInput: 'base64', imagesBase64: '={{ [$json.picture, $json.picture] }}' },
		path: '/midjourney/v1/blend',
		sends: () => ({
			imgBase64Array: [PICTURE_URL, PICTURE_URL],
			dimensions: 'SQUARE',
			mode: 'fast',
		}),
		submits: 'image',
		files: 4,
		gives: { action: 'blend' },
	},
	describe: {
		resource: 'image',
		operation: 'describe',
		pictures: onePicture,
		path: '/midjourney/v1/describe',
		sends: () => ({ base64: PICTURE_URL }),
		submits: 'image',
		gives: { action: 'describe', prompts: Array(4).fill(expect.any(String)) },
	},
	inpaint: {
		resource: 'image',
		operation: 'inpaint',
		parameters: { jobId, prompt },
		pictures: {
			maskInput: 'rectangles',
			rectangles: { rectangle: [{ x: 25, y: 25, width: 50, height: 50 }] },
		},
		takes: 'single',
		path: '/midjourney/v1/inpaint',
		sends: ({ jobId, prompt }) => ({ jobId, prompt, mask: expect.any(String) }),
		submits: 'image',
		files: 1,
		gives: { action: 'inpaint', prompt: expect.stringContaining('a red door') },
	},
	getSeed: {
		resource: 'image',
		operation: 'getSeed',
		parameters: { jobId },
		takes: 'grid',
		path: '/midjourney/v1/seed',
		sends: ({ jobId }) => ({ jobId }),
		submits: 'image',
		gives: { action: 'seed', seed: expect.stringMatching(/^\d+$/) },
	},
	edit: {
		resource: 'image',
		operation: 'edit',
		parameters: { prompt },
		pictures: onePicture,
		path: '/midjourney/image-edits/submit',
		sends: ({ prompt }) => ({ prompt, image: PICTURE_URL, type: 'edit', mode: 'fast' }),
		submits: 'edit',
		files: 4,
		gives: { action: 'edit', prompt: 'a red door' },
	},
	'video.create': {
		resource: 'video',
		operation: 'create',
		parameters: { prompt, imageUrl: '={{ $json.imageUrl }}' },
		path: '/midjourney/video/submit',
		sends: ({ prompt, imageUrl }) => ({ prompt, imageUrl }),
		submits: 'video',
		files: 4,
		gives: { action: 'video', prompt: 'a red door' },
	},
	'video.extend': {
		resource: 'video',
		operation: 'extend',
		parameters: { jobId },
		takes: 'videos',
		path: '/midjourney/video/extend',
		sends: ({ jobId }) => ({ jobId, index: 0 }),
		submits: 'video',
		files: 4,
		gives: { action: 'video_extend' },
	},
	'job.get': { ...READING, operation: 'get' },
	'job.wait': { ...READING, operation: 'wait' },
	'job.getMany': {
		resource: 'job',
		operation: 'getMany',
		takes: 'grid',
		method: 'GET',
		path: HISTORY,
		gives: { jobId: ENDED.grid, status: 'SUCCESS', family: 'image' },
	},
	'account.get': {
		resource: 'account',
		operation: 'get',
		method: 'GET',
		path: INFO,
		gives: { balance: expect.any(Number), maxQueue: expect.any(Number) },
	},
	'prompt.check': {
		resource: 'prompt',
		operation: 'check',
		parameters: { prompt },
		path: CHECK,
		sends: ({ prompt }) => ({ prompt }),
		gives: { allowed: true },
	},
	'service.getStatus': {
		resource: 'service',
		operation: 'getStatus',
		method: 'GET',
		path: STATUS,
		gives: { mode: 'fast', available: true },
	},
} satisfies Record<string, Operation>;

export type OperationName = keyof typeof TABLE;

export const OPERATIONS: Record<OperationName, Operation> = TABLE;

/** The rows of the table, each with its name. */
export const ALL = (Object.entries(OPERATIONS) as Array<[OperationName, Operation]>).map(
	([name, operation]) => ({ name, ...operation }),
);
export type Named = (typeof ALL)[number];

/** Those that submit a job, and cost quota. */
export const SUBMITTING = ALL.filter(
	(each): each is Named & Required<Pick<Operation, 'submits' | 'sends'>> =>
		each.submits !== undefined,
);
/** Those that only ask, and are free. */
export const ASKING = ALL.filter(({ submits }) => submits === undefined);
/** Those that can download files. */
export const DOWNLOADING = ALL.filter(
	(each): each is Named & { files: number } => each.files !== undefined,
);
