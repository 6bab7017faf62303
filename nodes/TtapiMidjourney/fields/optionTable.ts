import type { INodeProperties } from 'n8n-workflow';

import type { JobFamily } from '../jobs/job';

/** What the collection `options` may hold; only what the user added is there. Times in seconds. */
export interface ItemOptions {
	animateMode?: 'auto' | 'manual';
	checkPrompt?: boolean;
	endingUrl?: string;
	family?: JobFamily | 'auto';
	getUImages?: boolean;
	hookUrl?: string;
	maxInFlight?: number;
	maxWait?: number;
	motion?: 'low' | 'high';
	onTimeout?: 'error' | 'continue';
	pollInterval?: number;
	promptLint?: 'warn' | 'error' | 'off';
	resolution?: 'sd' | 'hd';
	simplify?: boolean;
	timeout?: number;
	translation?: boolean;
	videoCount?: number;
}

const SIMPLIFY: Omit<INodeProperties, 'name'> = {
	displayName: 'Simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

export const simplifyField: INodeProperties = { ...SIMPLIFY, name: 'simplify' };

export const OPTIONS: Record<keyof ItemOptions, Omit<INodeProperties, 'name'>> = {
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
	animateMode: {
		displayName: 'Animate Mode',
		type: 'options',
		options: [
			{ name: 'Automatic', value: 'auto', description: 'Midjourney decides how it goes on' },
			{
				name: 'Manual',
				value: 'manual',
				description: 'It goes on as the prompt of the video says',
			},
		],
		default: 'auto',
		description: 'What decides how the video goes on',
	},
	checkPrompt: {
		displayName: 'Check Prompt First',
		type: 'boolean',
		default: true,
		description:
			'Whether to ask TTAPI for banned words first, free of charge, and not to submit a prompt that has one',
	},
	endingUrl: {
		displayName: 'Ending Image URL',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/last-frame.png',
		description: 'The public URL of the image that the video ends with',
	},
	motion: {
		displayName: 'Motion',
		type: 'options',
		options: [
			{ name: 'Low', value: 'low', description: 'The scene moves a little, the camera hardly' },
			{ name: 'High', value: 'high', description: 'Scene and camera move much' },
		],
		default: 'low',
		description: 'How much moves in the video',
	},
	promptLint: {
		displayName: 'Prompt Lint',
		type: 'options',
		options: [
			{
				name: 'Error',
				value: 'error',
				description: 'The item fails, before anything is paid',
			},
			{ name: 'Off', value: 'off', description: 'The prompt is not checked' },
			{
				name: 'Warn',
				value: 'warn',
				description: 'The prompt is sent, and the item says in "promptWarnings" what is wrong',
			},
		],
		default: 'warn',
		description:
			'What to do when the prompt has a parameter that is misspelt, out of range or not known to its version, or the URL of a page in the place of an image',
	},
	resolution: {
		displayName: 'Resolution',
		type: 'options',
		options: [
			{ name: 'HD', value: 'hd' },
			{ name: 'SD', value: 'sd' },
		],
		default: 'sd',
		description: 'How large the video is',
	},
	videoCount: {
		displayName: 'Number of Videos',
		type: 'options',
		options: [1, 2, 4].map((value) => ({ name: String(value), value })),
		default: 4,
		description: 'How many videos to generate',
	},
	simplify: SIMPLIFY,
	translation: {
		displayName: 'Translate Prompt',
		type: 'boolean',
		default: true,
		description: 'Whether TTAPI translates a prompt in another language into English',
	},
};
