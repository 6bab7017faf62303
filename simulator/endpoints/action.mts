import { actions, componentsOf } from '../jobs/actions.mts';
import { flag, hookUrlOf, timeoutOf } from '../requests/fields.mts';
import { finishedJobOf } from '../requests/finishedJob.mts';
import { wrongField } from '../requests/refusal.mts';
import { submitEndpoint } from './endpoint.mts';

/** One of the 26 buttons under a finished picture: a new job. */
export const action = submitEndpoint({
	name: 'action',
	path: '/midjourney/v1/action',
	plan(body, ttapi) {
		const before = finishedJobOf(body, ttapi);
		const name = String(body.action);
		if (!Object.hasOwn(actions, name) || !before.components.includes(name)) {
			throw wrongField('action');
		}
		const timeout = timeoutOf(body);
		const hookUrl = hookUrlOf(body);
		const getUImages = flag(body, 'getUImages');
		const seed = ttapi.seedFor(`${name} ${JSON.stringify(before.picture.scenes)}`);
		const picture = actions[name](before.picture, seed);
		return {
			action: name,
			prompt: before.prompt,
			mode: before.mode,
			timeout,
			hookUrl,
			getUImages,
			picture,
			components: componentsOf(picture),
		};
	},
});
