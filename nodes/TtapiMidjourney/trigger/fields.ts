import type { INodeProperties } from 'n8n-workflow';

import { ACTIONS } from '../parameters/actionValues';
import { downloadField } from '../parameters/job';
import { simplifyField } from '../parameters/optionTable';

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
			'Only these kinds of jobs start the workflow. Leave empty for all. A failed job whose kind TTAPI does not say always does.',
	},
	{
		displayName: 'Callback Token',
		name: 'callbackToken',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		description:
			'A secret that callers must append to the URL as ?token=. Use a long random string of letters and digits.',
	},
	{
		displayName: 'Deduplicate',
		name: 'deduplicate',
		type: 'boolean',
		default: true,
		description:
			'Whether to start the workflow only once per job and status. The last 1,000 are remembered. Calls to the test URL always start it.',
	},
	downloadField,
	simplifyField,
];

/** The panel of the trigger. */
export const TRIGGER_FIELDS: INodeProperties[] = [
	{
		displayName:
			'Copy the Production URL above into the <b>Callback URL</b> option of a TTAPI Midjourney node. TTAPI calls it when a job ends.',
		name: 'usageNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName:
			'A Callback Token is set. Use the Production URL followed by the token as the Callback URL: <code>…/callback?token=your-token</code>',
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
			{ name: 'Job Succeeded', value: 'SUCCESS', description: 'The job finished with a result' },
			{
				name: 'Job Failed',
				value: 'FAILED',
				description: 'The job ended without a result. "message" says why.',
			},
		],
		default: ['SUCCESS', 'FAILED'],
		required: true,
		description: 'Which job outcomes start the workflow',
	},
	{
		displayName: 'Verify',
		name: 'verify',
		type: 'boolean',
		default: true,
		description:
			'Whether to fetch the job from TTAPI and output that instead of the data of the callback. Callbacks are not signed, so without this anyone who knows the URL decides what the workflow receives.',
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
