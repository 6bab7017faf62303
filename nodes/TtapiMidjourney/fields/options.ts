import type { INodeProperties } from 'n8n-workflow';

import type { JobFamily } from '../jobs/job';

/** What the collection `options` may hold; only what the user added is there. Times in seconds. */
export interface ItemOptions {
	family?: JobFamily | 'auto';
	getUImages?: boolean;
	hookUrl?: string;
	maxInFlight?: number;
	maxWait?: number;
	onTimeout?: 'error' | 'continue';
	pollInterval?: number;
	simplify?: boolean;
	timeout?: number;
	translation?: boolean;
}

const SIMPLIFY: Omit<INodeProperties, 'name'> = {
	displayName: 'Simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

export const simplifyField: INodeProperties = { ...SIMPLIFY, name: 'simplify' };

const OPTIONS: Record<keyof ItemOptions, Omit<INodeProperties, 'name'>> = {
	hookUrl: {
		displayName: 'Callback URL',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://n8n.example.com/webhook/ttapi',
		description:
			'A URL that TTAPI calls when the job ends. It has to be reachable from the internet.',
	},
	getUImages: {
		displayName: 'Get Separate Images',
		type: 'boolean',
		default: false,
		description:
			"Whether to also return the URLs of the grid's four separate images. This is not an upscale and starts no job.",
	},
	family: {
		displayName: 'Job Family',
		type: 'options',
		options: [
			{
				name: 'Detect Automatically',
				value: 'auto',
				description: 'Look for an image, then an edit, then a video',
			},
			{ name: 'Image', value: 'image' },
			{ name: 'Image Edit', value: 'edit' },
			{ name: 'Video', value: 'video' },
		],
		default: 'auto',
		description: 'What kind of job it is. Choosing it saves requests.',
	},
	timeout: {
		displayName: 'Job Timeout',
		type: 'number',
		typeOptions: { minValue: 300, maxValue: 1200 },
		default: 600,
		description:
			'Seconds until TTAPI gives up on the job, from 300 to 1200. Relax jobs wait in line at Midjourney and need 600 or more. When not added, TTAPI uses 300, for relax 600.',
	},
	maxInFlight: {
		displayName: 'Max Jobs in Flight',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 10,
		description:
			'Maximum number of unfinished jobs of this node at any time. A TTAPI account has 10 slots unless agreed otherwise. Read from the first item.',
	},
	maxWait: {
		displayName: 'Max Wait',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 660,
		description:
			'Seconds to wait for a job, counted from its submit, and for a free slot before it. When not added: the job timeout and 60 seconds.',
	},
	onTimeout: {
		displayName: 'On Timeout',
		type: 'options',
		options: [
			{
				name: 'Error',
				value: 'error',
				description: 'The item fails. The error contains the job ID.',
			},
			{
				name: 'Continue',
				value: 'continue',
				description: 'Return the unfinished job with "timedOut": true',
			},
		],
		default: 'error',
		description: 'What to do when Max Wait is over and the job has not ended',
	},
	pollInterval: {
		displayName: 'Poll Interval',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 5,
		description:
			'Seconds until a job is checked for the first time. Later checks follow at growing intervals of up to 30 seconds. When not added: 3 for turbo, 5 for fast, 10 for relax. Read from the first item.',
	},
	simplify: SIMPLIFY,
	translation: {
		displayName: 'Translate Prompt',
		type: 'boolean',
		default: true,
		description: 'Whether TTAPI translates a prompt in another language into English',
	},
};

/** An option that is on or off, or what an expression makes of one; undefined where it is not set. */
export function readFlag(value: unknown): boolean | undefined {
	if (value === undefined || value === null || value === '') return undefined;
	return value !== 'false' && Boolean(value);
}

/** The options of an operation that waits for its job. */
export const WAIT_OPTIONS: Array<keyof ItemOptions> = [
	'hookUrl',
	'maxInFlight',
	'maxWait',
	'onTimeout',
	'pollInterval',
	'simplify',
	'timeout',
];

/**
 * The collection `options` with the given options in it, in the order of their labels.
 * @param changes what is different for this operation
 */
export function optionsField(
	names: Array<keyof ItemOptions>,
	changes: Partial<Record<keyof ItemOptions, Partial<INodeProperties>>> = {},
): INodeProperties {
	const options = names
		.map((name) => ({ ...OPTIONS[name], ...changes[name], name }) as INodeProperties)
		.sort((a, b) => a.displayName.localeCompare(b.displayName));
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options,
	};
}
