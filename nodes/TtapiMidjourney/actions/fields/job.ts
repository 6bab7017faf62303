import type { INodeProperties } from 'n8n-workflow';

import type { DownloadChoice } from '../../images/downloadPictures';

export const promptField: INodeProperties = {
	displayName: 'Prompt',
	name: 'prompt',
	type: 'string',
	typeOptions: { rows: 3 },
	default: '',
	required: true,
	placeholder: 'e.g. a lighthouse on a cliff at dawn, watercolor --ar 16:9 --v 6.1',
	description:
		'What the picture shows, followed by Midjourney parameters: --ar 16:9 sets the aspect ratio, --v the version, --no what to leave out, --stylize how artistic it gets',
};

/** @param description which job it is, for this operation */
export const jobIdField = (description: string): INodeProperties => ({
	displayName: 'Job ID',
	name: 'jobId',
	type: 'string',
	default: '={{ $json.jobId }}',
	required: true,
	placeholder: 'e.g. afa774a3-1aee-5aba-4510-14818d6875e4',
	description,
});

export const modeField: INodeProperties = {
	displayName: 'Mode',
	name: 'mode',
	type: 'options',
	options: [
		{ name: 'Fast', value: 'fast', description: 'Usually done within 60 seconds' },
		{
			name: 'Relax',
			value: 'relax',
			description: 'Usually done within 120 seconds, for less quota',
		},
		{
			name: 'Turbo',
			value: 'turbo',
			description: 'Usually done within 30 seconds, for more quota',
		},
	],
	default: 'fast',
	description: 'How fast Midjourney works, and what it costs',
};

export const waitForResultField: INodeProperties = {
	displayName: 'Wait for Result',
	name: 'waitForResult',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Poll Until Done',
			value: 'poll',
			description: 'Keep the execution running and look at the job until it has ended',
		},
		{
			name: 'Do Not Wait',
			value: 'none',
			description: 'Hand on the job ID at once: Job > Wait or a callback gets the result later',
		},
	],
	default: 'poll',
	description: 'Whether to wait until the job has ended',
};

const DOWNLOADS: ReadonlyArray<{ value: DownloadChoice; name: string; description: string }> = [
	{
		value: 'none',
		name: 'Nothing',
		description: 'Only hand on the addresses. They expire: after 24 hours to a month.',
	},
	{
		value: 'grid',
		name: 'The Picture',
		description: 'The grid of four or the single picture, in the binary field "data"',
	},
	{
		value: 'images',
		name: 'Each Picture, in One Item',
		description: 'The separate pictures, in the binary fields "image_1" to "image_4"',
	},
	{
		value: 'itemPerImage',
		name: 'Each Picture, as Its Own Item',
		description: 'One output item a picture, in the binary field "data"',
	},
];

export const downloadField: INodeProperties = {
	displayName: 'Download',
	name: 'download',
	type: 'options',
	noDataExpression: true,
	options: [...DOWNLOADS],
	default: 'none',
	description: 'Which pictures of a successful job to download as files',
};
