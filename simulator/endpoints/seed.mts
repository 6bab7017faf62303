import { randomFrom } from '../random.mts';
import { hookUrlOf, timeoutOf } from '../requests/fields.mts';
import { finishedJobOf } from '../requests/finishedJob.mts';
import { submitEndpoint } from './endpoint.mts';

/** The seed of a finished picture: a new job that holds it in `data.seed`. */
export const seed = submitEndpoint({
	name: 'seed',
	path: '/midjourney/v1/seed',
	plan(body, ttapi) {
		const before = finishedJobOf(body, ttapi);
		const number = Math.floor(randomFrom(`seed ${before.picture.scenes[0].seed}`)() * 2 ** 32);
		return {
			action: 'seed',
			prompt: before.prompt,
			mode: before.mode,
			timeout: timeoutOf(body),
			hookUrl: hookUrlOf(body),
			getUImages: false,
			picture: before.picture,
			components: [],
			outcome: () => ({ seed: String(number) }),
		};
	},
});
