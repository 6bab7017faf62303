import type { ImageInfo } from '../../images/imageBytes';
import { InputError } from '../../jobs/errors';
import type { Job } from '../../jobs/job';
import { downloadField, jobIdField, promptField, waitForResultField } from '../../parameters/job';
import { PROMPT_OPTIONS, waitOptionsField } from '../../parameters/options';
import { pictureFields, rectangleFields, type PictureParameters } from '../../parameters/pictures';
import { Base64Text } from '../../transport/base64Text';
import { checkedPrompt } from '../shared/checkedPrompt';
import { finishedJob } from '../shared/finishedJob';
import type { Operation } from '../../run/operation';
import { pictureSource } from '../shared/pictureSources';
import { rectangleMask } from '../shared/rectangleMask';

const MASK: PictureParameters = {
	source: 'maskInput',
	label: 'Mask',
	needed:
		'An image in black and white only, as large as the image of the job: what is white is repainted',
	several: false,
	url: { name: 'maskUrl', label: 'Mask URL' },
	base64: { name: 'maskBase64', label: 'Mask in Base64' },
};

/** POST /midjourney/v1/inpaint (docs/ttapi.md, Endpoints): repaints the white part of a mask; Midjourney's Vary (Region). */
export const inpaint: Operation = {
	name: 'Inpaint',
	action: 'Inpaint a region of an image',
	description: 'Repaint part of an image: Vary (Region). Costs quota.',
	fields: [
		jobIdField('The finished job with the single image to change, such as an upscale'),
		...pictureFields(MASK),
		...rectangleFields,
		{
			...promptField,
			required: false,
			placeholder: 'e.g. a red door',
			description: 'What to paint into the masked region. When empty, Midjourney decides.',
		},
		waitForResultField,
		downloadField,
		waitOptionsField(...PROMPT_OPTIONS),
	],

	prepare(item, tools) {
		const jobId = item.jobId();
		const findJob = async () => await finishedJob(tools, jobId, 'image', 'image to change');
		const mask =
			item.text('maskInput') === 'rectangles'
				? rectangleMask(item, findJob)
				: pictureSource(item, tools, MASK);
		const prompt = item.text('prompt');
		let job: Job | undefined;
		return {
			kind: 'submit',
			path: '/midjourney/v1/inpaint',
			family: 'image',
			action: 'inpaint',
			...(prompt === '' ? {} : checkedPrompt(item, tools, prompt)),
			check: async () => {
				const info = await mask.peek();
				job = await findJob();
				if (job.components.includes('upsample1'))
					throw new InputError(
						`Job ${jobId} is a grid of four images, and Inpaint changes a single one`,
						'Upscale one of them first (U1 to U4), and use the ID of that job. This item was not submitted.',
					);
				if (info) requireSameSize(info, job);
			},
			body: async () => {
				const picture = await mask.load();
				// The size of a mask behind an address is only known now.
				if (job) requireSameSize(picture, job);
				return { jobId, mask: new Base64Text(picture.bytes), ...(prompt === '' ? {} : { prompt }) };
			},
		};
	},
};

/** A mask of another size would be paid for in vain: checked where TTAPI says how large the picture is. */
function requireSameSize(mask: ImageInfo, job: Job): void {
	const { jobId, width, height } = job;
	if (!mask.width || !mask.height || !width || !height) return;
	if (mask.width === width && mask.height === height) return;
	throw new InputError(
		`The mask has ${mask.width} x ${mask.height} pixels, but the image of job ${jobId} has ${width} x ${height}`,
		'Make the mask exactly as large as the image. This item was not submitted.',
	);
}
