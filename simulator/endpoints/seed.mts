import { randomFrom } from '../random.mts';
import { hookUrlOf, timeoutOf } from '../requests/fields.mts';
import { finishedJobOf } from '../requests/finishedJob.mts';
import { submitEndpoint } from './endpoint.mts';

/** Gets the seed of a finished picture, as a new job with the seed in `data.seed`. */
export const seed = submitEndpoint({
	name: 'seed',
	path: '/midjourney/v1/seed',
	plan(body, ttapi) {
		const original = finishedJobOf(body, ttapi);
		const number = Math.floor(randomFrom(`seed ${original.picture.scenes[0].seed}`)() * 2 ** 32);
		return {
			action: 'seed',
			prompt: original.prompt,
			mode: original.mode,
			timeout: timeoutOf(body),
			hookUrl: hookUrlOf(body),
			getUImages: false,
			picture: original.picture,
			components: [],
			outcome: { seed: String(number) },
		};
	},
});
