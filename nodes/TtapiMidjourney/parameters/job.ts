import type { INodeProperties } from 'n8n-workflow';

import type { DownloadChoice } from '../downloads/jobDownloads';

export const promptField: INodeProperties = {
	displayName: 'Prompt',
	name: 'prompt',
	type: 'string',
	typeOptions: { rows: 3 },
	default: '',
	required: true,
	placeholder: 'e.g. a lighthouse on a cliff at dawn, watercolor --ar 16:9',
	description:
		'What the image shows. Midjourney parameters such as --ar 16:9 may follow, or be set in Prompt Parameters.',
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
			description:
				'Often done within 120 seconds, but may wait in line much longer. Costs less quota.',
		},
		{
			name: 'Turbo',
			value: 'turbo',
			description: 'Usually done within 30 seconds. Costs more quota.',
		},
	],
	default: 'fast',
	description: 'How fast Midjourney works. Faster modes cost more quota.',
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
			description: 'Keep the execution running and check the job until it has ended',
		},
		{
			name: 'Pause Until Callback',
			value: 'callback',
			description:
				'Pause the execution until TTAPI calls n8n. TTAPI must be able to reach n8n from the internet.',
		},
		{
			name: 'Do Not Wait',
			value: 'none',
			description: 'Return the job ID at once. Get the result later with Job > Wait or a callback.',
		},
	],
	default: 'poll',
	description: 'What to do after the job is submitted',
};

const DOWNLOADS: ReadonlyArray<{ value: DownloadChoice; name: string; description: string }> = [
	{
		value: 'none',
		name: 'None',
		description: 'Return URLs only. They expire after 24 hours to a month.',
	},
	{
		value: 'grid',
		name: 'Main Image',
		description: 'The grid, single image or first video, in the binary field "data"',
	},
	{
		value: 'images',
		name: 'All Images in One Item',
		description: 'The separate images, in the binary fields "image_1" to "image_4"',
	},
	{
		value: 'itemPerImage',
		name: 'One Item per Image',
		description: 'Each separate image as its own output item, in the binary field "data"',
	},
];

export const downloadField: INodeProperties = {
	displayName: 'Download',
	name: 'download',
	type: 'options',
	noDataExpression: true,
	options: [...DOWNLOADS],
	default: 'none',
	description: 'Which images of a successful job to download as files',
};

/** The same for videos. */
export const videoDownloadField: INodeProperties = {
	...downloadField,
	options: DOWNLOADS.map(({ value, name, description }) => ({
		value,
		name: name.replace('Main Image', 'First Video').replace('Image', 'Video'),
		description: description
			.replace('The grid, single image or first', 'The first')
			.replace(/image/g, 'video'),
	})),
	description: 'Which videos of a successful job to download as files',
};
