import { componentsOf } from '../jobs/actions.mts';
import type { JobPlan } from '../jobs/job.mts';
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
		flag(body, 'translation', true);
		const picture = gridFor(prompt, ttapi.seedFor(`imagine ${prompt}`));
		const job = gridJob(body, 'imagine', picture, prompt);
		refuseBannedWords(prompt, ttapi.settings.bannedWords);
		return job;
	},
});

/** A job that makes a grid, with the fields that every such endpoint takes. */
export function gridJob(
	body: Record<string, unknown>,
	action: string,
	picture: Picture,
	prompt = '',
): JobPlan {
	const mode = modeOf(body);
	return {
		action,
		prompt,
		mode,
		timeout: timeoutOf(body, mode),
		hookUrl: hookUrlOf(body),
		getUImages: flag(body, 'getUImages'),
		picture,
		components: componentsOf(picture),
	};
}

/** A new grid for a prompt. */
export function gridFor(prompt: string, seed: string, ratio = ratioOf(prompt)): Picture {
	const scenes = four((number) => newScene(`${seed} ${number}`));
	return { scenes, ratio, factor: 1, prompt, label: '' };
}
