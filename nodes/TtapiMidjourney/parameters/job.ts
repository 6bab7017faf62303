import type { DownloadChoice } from '../downloads/jobDownloads';
import { InputError } from '../jobs/errors';
import type { Job } from '../jobs/job';
import { isDataUrl, quoted } from '../jobs/quoted';
import {
	choice,
	locator,
	mapped,
	required,
	shownAs,
	type DescribedChoice,
	type Parameter,
} from './parameter';

/** The job that an operation is about. */
export interface JobIdParameter extends Parameter<string> {
	/** Whether the list offers a job: whether the operation can use it, as far as the history tells. */
	readonly fits: (job: Job) => boolean;
}

/** TTAPI's are UUIDs. */
const MOST_CHARACTERS = 100;

const ENTER_ID =
	'Enter the ID of a job, for example {{ $json.jobId }} from a TTAPI Midjourney node before this one.';

const idLocator = required(
	locator({
		name: 'jobId',
		label: 'Job ID',
		help: '',
		default: '={{ $json.jobId }}',
		search: 'searchJobs',
		placeholders: {
			list: 'Select a job...',
			id: 'e.g. afa774a3-1aee-5aba-4510-14818d6875e4',
		},
	}),
	ENTER_ID,
);

const jobId = mapped(idLocator, (id) => {
	if (id.length <= MOST_CHARACTERS) return id;
	const toDo = isDataUrl(id) ? `An image is no job. ${ENTER_ID}` : ENTER_ID;
	throw new InputError(`'Job ID' is not the ID of a job (got ${quoted(id)})`, toDo);
});

/**
 * @param help which job it is, for this operation
 * @param fits whether the list offers a job; by default it offers all
 */
export const jobIdFor = (
	help: string,
	fits: JobIdParameter['fits'] = () => true,
): JobIdParameter => ({
	...shownAs(jobId, { description: help }),
	fits,
});

/** Whether a parameter is the operation's Job ID. */
export const isJobId = (parameter: Parameter): parameter is JobIdParameter => 'fits' in parameter;

export type Mode = 'fast' | 'relax' | 'turbo';

export const mode = choice<Mode>({
	name: 'mode',
	label: 'Mode',
	help: 'How fast Midjourney works. Faster modes cost more quota.',
	choices: [
		{ name: 'Fast', value: 'fast', description: 'Usually done within 60 seconds' },
		{
			name: 'Relax',
			value: 'relax',
			description: 'Often done within 120 seconds, but can queue for much longer. Uses less quota.',
		},
		{
			name: 'Turbo',
			value: 'turbo',
			description: 'Usually done within 30 seconds. Uses more quota.',
		},
	],
	default: 'fast',
});

/** How the end of a job is waited for. */
export type WaitForResult = 'poll' | 'callback' | 'none';

export const waitForResult = choice<WaitForResult>({
	name: 'waitForResult',
	label: 'Wait for Result',
	help: 'What to do after the job is submitted',
	choices: [
		{
			name: 'Poll Until Done',
			value: 'poll',
			description: 'Keep the execution running and check the job until it finishes',
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
	shown: { noDataExpression: true },
});

const DOWNLOADS: ReadonlyArray<DescribedChoice<DownloadChoice>> = [
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

export const download = choice<DownloadChoice>({
	name: 'download',
	label: 'Download',
	help: 'Which images of a successful job to download as files',
	choices: DOWNLOADS,
	default: 'none',
	shown: { noDataExpression: true },
});

/** The same for videos. */
export const videoDownload = shownAs(download, {
	options: DOWNLOADS.map(({ value, name, description = '' }) => ({
		value,
		name: name.replace('Main Image', 'First Video').replace('Image', 'Video'),
		description: description
			.replace('The grid, single image or first', 'The first')
			.replace(/image/g, 'video'),
	})),
	description: 'Which videos of a successful job to download as files',
});
