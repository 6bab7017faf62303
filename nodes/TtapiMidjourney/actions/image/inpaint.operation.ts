import type { ImageInfo } from '../../images/imageBytes';
import { InputError } from '../../jobs/errors';
import type { Job } from '../../jobs/job';
import { makesSingleImage } from '../../jobs/jobOutput';
import { download, jobIdFor, waitForResult } from '../../parameters/job';
import { PROMPT_OPTIONS, TIMED_OPTIONS } from '../../parameters/options';
import { shownAs } from '../../parameters/parameter';
import {
	RECTANGLES,
	fieldsOf,
	pictures,
	rectangleUnit,
	rectangles,
} from '../../parameters/pictures';
import { optionalPrompt } from '../../parameters/prompt';
import type { Operation } from '../../run/operation';
import { Base64Text } from '../../transport/jsonBytes';
import { checkedPrompt } from '../shared/checkedPrompt';
import { finishedJob } from '../shared/earlierJobs';
import { pictureSource } from '../shared/pictureSources';
import { rectangleMask } from '../shared/rectangleMask';

const single = jobIdFor(
	'ID of the finished job with the single image to change, such as an upscale',
	makesSingleImage,
);

const mask = pictures({
	what: 'mask',
	needed:
		"Black-and-white image with exactly the job image's dimensions. White areas are repainted.",
	more: [RECTANGLES],
});

const prompt = shownAs(optionalPrompt, {
	placeholder: 'e.g. a red door',
	description: 'What to paint into the masked region. When empty, Midjourney decides.',
});

/** POST /midjourney/v1/inpaint (docs/ttapi.md, Endpoints): repaints the white part of a mask; Midjourney's Vary (Region). */
export const inpaint: Operation = {
	name: 'Inpaint',
	action: 'Inpaint a region of an image',
	description: 'Repaint part of an image: Vary (Region). Costs quota.',
	kinds: [{ value: 'inpaint', name: 'Inpaint' }],
	parameters: [
		single,
		...fieldsOf(mask),
		rectangleUnit,
		rectangles,
		prompt,
		waitForResult,
		download,
		...TIMED_OPTIONS,
		...PROMPT_OPTIONS,
	],

	prepare(item, tools) {
		const jobId = item.get(single);
		const findJob = async () => await finishedJob(tools, jobId, 'image', 'image to change');
		const source =
			item.get(mask.source) === 'rectangles'
				? rectangleMask(item, findJob)
				: pictureSource(item, tools, mask);
		const text = item.get(prompt);
		const fields = text === '' ? {} : { prompt: text };
		return {
			kind: 'submit',
			path: '/midjourney/v1/inpaint',
			family: 'image',
			action: 'inpaint',
			...(text === '' ? {} : checkedPrompt(item, tools, text)),
			check: async () => {
				const info = await source.peek();
				const job = await findJob();
				if (job.components.includes('upsample1')) {
					throw new InputError(
						`Job ${jobId} is a grid of four images, and Inpaint changes a single one`,
						'Upscale one of them first (U1 to U4), and use the ID of that job. This item was not submitted.',
					);
				}
				// A mask behind an address says its size only when it is loaded; masks are small.
				requireSameSize(info ?? (await source.load()), job);
			},
			body: async () => ({ jobId, mask: new Base64Text((await source.load()).bytes), ...fields }),
		};
	},
};

/** A mask of another size would be paid in vain: checked if TTAPI says how large the picture is. */
function requireSameSize(picture: ImageInfo, job: Job): void {
	const { jobId, width, height } = job;
	if (!picture.width || !picture.height || !width || !height) return;
	if (picture.width === width && picture.height === height) return;
	throw new InputError(
		`The mask has ${picture.width} x ${picture.height} pixels, but the image of job ${jobId} has ${width} x ${height}`,
		'Make the mask exactly as large as the image. This item was not submitted.',
	);
}
