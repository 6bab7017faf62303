import type { INodeProperties } from 'n8n-workflow';

import { ACTIONS } from '../actions/image/actionValues';
import { downloadField } from '../actions/fields/job';

/** What TTAPI calls the jobs that are no button under an image; edits and videos by their family. */
const OTHER_ACTIONS = [
	{ value: 'imagine', name: 'Imagine' },
	{ value: 'blend', name: 'Blend' },
	{ value: 'describe', name: 'Describe' },
	{ value: 'inpaint', name: 'Inpaint' },
	{ value: 'seed', name: 'Get Seed' },
	{ value: 'edit', name: 'Image Edit' },
	{ value: 'video', name: 'Video' },
];

const OPTIONS: INodeProperties[] = [
	{
		displayName: 'Actions',
		name: 'actions',
		type: 'multiOptions',
		options: [...OTHER_ACTIONS, ...ACTIONS].map(({ name, value }) => ({ name, value })),
		default: [],
		description:
			'Which jobs start the workflow, by what they did. None chosen means all. A failed job always does where TTAPI does not say what it was to do.',
	},
	{
		displayName: 'Callback Token',
		name: 'callbackToken',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		description:
			'A secret of your choice: a long random text of letters and digits. Only callers that add ?token= and this text to the URL are let in.',
	},
	{
		displayName: 'Deduplicate',
		name: 'deduplicate',
		type: 'boolean',
		default: true,
		description:
			'Whether the same end of the same job starts the workflow only once. The last 1,000 are remembered. Calls of the test URL always start it.',
	},
	downloadField,
	{
		displayName: 'Simplify',
		name: 'simplify',
		type: 'boolean',
		default: true,
		description: 'Whether to return a simplified version of the response instead of the raw data',
	},
];

/** The panel of the trigger. */
export const TRIGGER_FIELDS: INodeProperties[] = [
	{
		displayName:
			'Copy the Production URL above into the option <b>Callback URL</b> of a TTAPI Midjourney node: TTAPI then calls it when a job ends.',
		name: 'usageNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName:
			'A Callback Token is set, so the Callback URL is the Production URL with the token behind it: <code>…/callback?token=your-token</code>',
		name: 'tokenNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { '/options.callbackToken': [{ _cnd: { regex: '.' } }] } },
	},
	{
		displayName: 'Events',
		name: 'events',
		type: 'multiOptions',
		options: [
			{ name: 'Job Succeeded', value: 'SUCCESS', description: 'The result is there' },
			{
				name: 'Job Failed',
				value: 'FAILED',
				description: 'The job has no result. Its message says why.',
			},
		],
		default: ['SUCCESS', 'FAILED'],
		required: true,
		description: 'Which ends of a job start the workflow',
	},
	{
		displayName: 'Verify',
		name: 'verify',
		type: 'boolean',
		default: true,
		description:
			'Whether to ask TTAPI for the job and hand on its answer. Callbacks are not signed: without this, whoever knows the URL decides what the workflow gets.',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: OPTIONS,
	},
];
