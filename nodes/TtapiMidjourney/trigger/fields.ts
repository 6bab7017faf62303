import type { INodeProperties } from 'n8n-workflow';

import { download as jobDownload } from '../parameters/job';
import { OPTIONS, simplify } from '../parameters/options';
import { choices, flag, propertiesOf, text, type Parameter } from '../parameters/parameter';
import { findChoice, readList, readText, type Choice } from '../parameters/read';

/** A kind of job: its name in the panel, and what TTAPI calls its action; edits and videos by their family. */
export type JobKind = Choice<string>;

export const events = choices({
	name: 'events',
	label: 'Trigger On',
	help: '',
	choices: [
		{ name: 'Job Succeeded', value: 'SUCCESS', description: 'The job finished with a result' },
		{
			name: 'Job Failed',
			value: 'FAILED',
			description: 'The job finished without a result. "message" says why.',
		},
	],
	default: ['SUCCESS', 'FAILED'],
	shown: { required: true, description: undefined },
});

export const verify = flag({
	name: 'verify',
	label: 'Verify',
	help: "Whether to fetch the job from TTAPI and output that instead of the callback's data. TTAPI doesn't sign callbacks, so without this anyone who knows the URL can send the workflow anything.",
	default: true,
});

/** Empty: all. An expression may give one that is not listed: TTAPI may know newer ones. */
export const actions = (kinds: readonly JobKind[]): Parameter<string[]> => ({
	...choices({
		name: 'actions',
		in: OPTIONS,
		label: 'Actions',
		help: 'Job types that start the workflow. Leave empty for all. Failed jobs without a type always start it.',
		choices: kinds,
		default: [],
	}),
	read: (given) =>
		readList('Actions', given)
			.map((entry) => findChoice(entry, kinds) ?? readText('Actions', entry))
			.filter((action) => action !== ''),
});

export const callbackToken = text({
	name: 'callbackToken',
	in: OPTIONS,
	label: 'Callback Token',
	help: 'A secret that callers must append to the URL as ?token=. Use a long random string of letters and digits.',
	shown: { typeOptions: { password: true } },
});

export const deduplicate = flag({
	name: 'deduplicate',
	in: OPTIONS,
	label: 'Deduplicate',
	help: 'Whether to start the workflow only once per job and status. The last 1,000 are remembered. Calls to the test URL always start it.',
	default: true,
});

/** The same as that of a job, but among the options. */
export const download = { ...jobDownload, collection: OPTIONS };

/** The panel of the trigger. */
export const triggerFields = (kinds: readonly JobKind[]): INodeProperties[] => [
	{
		displayName:
			'Copy the Production URL above into the <b>Callback URL</b> option of a TTAPI Midjourney node. TTAPI calls it when a job finishes.',
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
	...propertiesOf([events, verify, actions(kinds), callbackToken, deduplicate, download, simplify]),
];
