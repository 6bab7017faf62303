import type { Picture } from '../../images/readPictures';
import { InputError } from '../../jobs/errors';
import { isFinished, type Job } from '../../jobs/job';
import { fetchJob } from '../../transport/fetchJob';
import { patiently } from '../../transport/read';
import { downloadField, jobIdField, promptField, waitForResultField } from '../fields/job';
import { optionsField, WAIT_OPTIONS } from '../fields/options';
import { pictureFields, type PictureParameters } from '../fields/pictures';
import { showFor } from '../fields/show';
import type { Operation } from '../operation';
import { pictureLoader } from '../pictureLoaders';

const MASK: PictureParameters = {
	source: 'maskInput',
	label: 'Mask',
	needed:
		'A picture in black and white only, as large as the picture of the job: what is white is painted anew',
	several: false,
	url: { name: 'maskUrl', label: 'Mask URL' },
	base64: { name: 'maskBase64', label: 'Mask in Base64' },
};

/** POST /midjourney/v1/inpaint (ttapi-api.md 2, 6): repaints the white part of a mask; Midjourney's Vary (Region). */
export const inpaint: Operation = {
	description: showFor('image', 'inpaint', [
		jobIdField('The finished job with the single picture to change, such as an upscale'),
		...pictureFields(MASK),
		{
			...promptField,
			required: false,
			placeholder: 'e.g. a red door',
			description: 'What to paint into the white part of the mask. When empty, Midjourney decides.',
		},
		waitForResultField,
		downloadField,
		optionsField(WAIT_OPTIONS),
	]),

	prepare(item, tools) {
		const jobId = item.jobId();
		const load = pictureLoader(item, tools, MASK);
		const prompt = item.text('prompt');
		return {
			kind: 'submit',
			path: '/midjourney/v1/inpaint',
			family: 'image',
			action: 'inpaint',
			body: async () => {
				const mask = await load();
				const { job } = await patiently(
					tools.clock,
					async () => await fetchJob(tools.client, jobId, 'image'),
				);
				requireFit(mask, job);
				return { jobId, mask: mask.base64, ...(prompt === '' ? {} : { prompt }) };
			},
		};
	},
};

/** A mask of another size would be paid for in vain, and so would a job that is not there to be changed. */
function requireFit(mask: Picture, job: Job): void {
	if (!isFinished(job) || job.status === 'FAILED') {
		throw new InputError(
			`Job ${job.jobId} is ${job.status}, so there is no picture to change`,
			'Use the ID of a job that has ended with SUCCESS. Nothing was paid.',
		);
	}
	const known = [mask.width, mask.height, job.width, job.height].every(
		(size) => typeof size === 'number',
	);
	if (known && (mask.width !== job.width || mask.height !== job.height)) {
		throw new InputError(
			`The mask has ${mask.width} x ${mask.height} pixels, but the picture of job ${job.jobId} has ${job.width} x ${job.height}`,
			'Make the mask exactly as large as the picture. Nothing was paid.',
		);
	}
}
