import { componentsOf } from '../jobs/actions.mts';
import { ratioOf, type Picture } from '../pictures/picture.mts';
import { four, newScene } from '../pictures/scene.mts';
import { refuseBannedWords } from '../requests/bannedWords.mts';
import { flag, hookUrlOf, modeOf, requiredText, timeoutOf } from '../requests/fields.mts';
import { submitEndpoint } from './endpoint.mts';

/** A grid of four images from a prompt. */
export const imagine = submitEndpoint({
	name: 'imagine',
	path: '/midjourney/v1/imagine',
	plan(body, ttapi) {
		const prompt = requiredText(body, 'prompt');
		const mode = modeOf(body);
		const timeout = timeoutOf(body, mode);
		const hookUrl = hookUrlOf(body);
		const getUImages = flag(body, 'getUImages');
		flag(body, 'translation', true);
		refuseBannedWords(prompt, ttapi.settings.bannedWords);

		const picture = gridFor(prompt, ttapi.seedFor(`imagine ${prompt}`));
		return {
			action: 'imagine',
			prompt,
			mode,
			timeout,
			hookUrl,
			getUImages,
			picture,
			components: componentsOf(picture),
		};
	},
});

/** A new grid for a prompt. */
export function gridFor(prompt: string, seed: string, ratio = ratioOf(prompt)): Picture {
	const scenes = four((number) => newScene(`${seed} ${number}`));
	return { scenes, ratio, factor: 1, prompt, label: '' };
}
