import { componentsOf, repaint } from '../jobs/actions.mts';
import { isGrid, sizeOf } from '../pictures/picture.mts';
import { hookUrlOf, optionalText, requiredText, timeoutOf } from '../requests/fields.mts';
import { finishedJobOf } from '../requests/finishedJob.mts';
import { checkMask } from '../requests/mask.mts';
import { wrongField } from '../requests/refusal.mts';
import { submitEndpoint } from './endpoint.mts';

/** Vary Region: repaints the white part of the mask and makes a grid of four images. */
export const inpaint = submitEndpoint({
	name: 'inpaint',
	path: '/midjourney/v1/inpaint',
	refusedData: {},
	async plan(body, ttapi) {
		const original = finishedJobOf(body, ttapi);
		const mask = requiredText(body, 'mask');
		if (isGrid(original.picture)) {
			throw wrongField('jobId', 'The job must be a single upscaled image.');
		}
		const { width, height } = sizeOf(original.picture, ttapi.settings.pictureSize);
		await checkMask(mask, width, height);

		const prompt = optionalText(body, 'prompt') || original.prompt;
		const timeout = timeoutOf(body);
		const hookUrl = hookUrlOf(body);
		const seed = ttapi.seedFor(`inpaint ${prompt} ${JSON.stringify(original.picture.scenes)}`);
		const picture = { ...repaint(original.picture, seed), prompt };
		return {
			action: 'inpaint',
			prompt,
			mode: original.mode,
			timeout,
			hookUrl,
			getUImages: false,
			picture,
			components: componentsOf(picture),
		};
	},
});
