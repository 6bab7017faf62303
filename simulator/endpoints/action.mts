import { actions, componentsOf } from '../jobs/actions.mts';
import { flag, hookUrlOf, timeoutOf } from '../requests/fields.mts';
import { finishedJobOf } from '../requests/finishedJob.mts';
import { wrongField } from '../requests/refusal.mts';
import { submitEndpoint } from './endpoint.mts';

/** Runs one of the 26 actions on a finished picture, as a new job. */
export const action = submitEndpoint({
	name: 'action',
	path: '/midjourney/v1/action',
	plan(body, ttapi) {
		const original = finishedJobOf(body, ttapi);
		const name = String(body.action);
		if (!Object.hasOwn(actions, name) || !original.components.includes(name)) {
			throw wrongField('action');
		}
		const timeout = timeoutOf(body);
		const hookUrl = hookUrlOf(body);
		const getUImages = flag(body, 'getUImages');
		const seed = ttapi.seedFor(`${name} ${JSON.stringify(original.picture.scenes)}`);
		const picture = actions[name](original.picture, seed);
		return {
			action: name,
			prompt: original.prompt,
			mode: original.mode,
			timeout,
			hookUrl,
			getUImages,
			picture,
			components: componentsOf(picture),
		};
	},
});
