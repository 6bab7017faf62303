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

/** The help of Max Wait, but for its default. */
export const MAX_WAIT =
	'Seconds to wait for a free slot, and once more for the job after its submit. When not added:';

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
			'Most unfinished jobs of one run of this node at any moment. A TTAPI account has 10 slots unless agreed otherwise. Read from the first item.',
	},
	maxWait: {
		displayName: 'Max Wait',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 660,
		description: `${MAX_WAIT} the Job Timeout plus 60.`,
	},
	onTimeout: {
		displayName: 'On Timeout',
		type: 'options',
		options: [
			{
				name: 'Error',
				value: 'error',
				description:
					'The item fails, with the job ID in the error. A paused execution goes on with "timedOut": true unless On Error is set to continue.',
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
			'Seconds until a job is checked for the first time. Later checks follow at growing intervals of up to 30 seconds. When not added: 3 for turbo, 10 for relax, else 5. Read from the first item.',
	},
	animateMode: {
		displayName: 'Animate Mode',
		type: 'options',
		options: [
			{ name: 'Automatic', value: 'auto', description: 'Midjourney decides how it goes on' },
			{
				name: 'Manual',
				value: 'manual',
				description: 'The prompt of the earlier job decides',
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
			'Whether to ask TTAPI for banned words before submitting, free of charge. The item fails if it finds any. English only.',
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
				description: 'Fail the item before anything is paid',
			},
			{ name: 'Off', value: 'off', description: 'Do not look for mistakes' },
			{
				name: 'Warn',
				value: 'warn',
				description: 'Send the prompt, and list what looks wrong in "promptWarnings"',
			},
		],
		default: 'warn',
		description:
			'What to do when the prompt looks wrong, such as a misspelt or impossible parameter, text behind the parameters or a line break. The node looks by itself: TTAPI is not asked.',
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
