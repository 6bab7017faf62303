import { componentsOf, repaint } from '../jobs/actions.mts';
import { isGrid, sizeOf } from '../pictures/picture.mts';
import { hookUrlOf, optionalText, requiredText, timeoutOf } from '../requests/fields.mts';
import { finishedJobOf } from '../requests/finishedJob.mts';
import { checkMask } from '../requests/mask.mts';
import { wrongField } from '../requests/refusal.mts';
import { submitEndpoint } from './endpoint.mts';

/** Vary Region: the white part of the mask is painted anew, which gives a grid of four images. */
export const inpaint = submitEndpoint({
	name: 'inpaint',
	path: '/midjourney/v1/inpaint',
	refusedData: {},
	async plan(body, ttapi) {
		const before = finishedJobOf(body, ttapi);
		const mask = requiredText(body, 'mask');
		if (isGrid(before.picture)) throw wrongField('jobId', 'The job is no upscaled single image.');
		const { width, height } = sizeOf(before.picture, ttapi.settings.pictureSize);
		await checkMask(mask, width, height);

		const prompt = optionalText(body, 'prompt') || before.prompt;
		const timeout = timeoutOf(body);
		const hookUrl = hookUrlOf(body);
		const seed = ttapi.seedFor(`inpaint ${prompt} ${JSON.stringify(before.picture.scenes)}`);
		const picture = { ...repaint(before.picture, seed), prompt };
		return {
			action: 'inpaint',
			prompt,
			mode: before.mode,
			timeout,
			hookUrl,
			getUImages: false,
			picture,
			components: componentsOf(picture),
		};
	},
});
