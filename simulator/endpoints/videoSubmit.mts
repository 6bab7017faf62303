import { refuseBannedWords } from '../requests/bannedWords.mts';
import {
	choice,
	hookUrlOf,
	numberAmong,
	requiredText,
	timeoutOf,
	webAddressOf,
	type Body,
} from '../requests/fields.mts';
import { submitEndpoint } from './endpoint.mts';

/** The length of a video, and of each extension. */
export const clipSeconds = 5;

/** Videos from a picture. */
export const videoSubmit = submitEndpoint({
	name: 'videoSubmit',
	path: '/midjourney/video/submit',
	plan(body, { settings }) {
		const prompt = requiredText(body, 'prompt');
		requiredText(body, 'imageUrl');
		const imageUrl = webAddressOf(body, 'imageUrl');
		webAddressOf(body, 'endingUrl');
		motionOf(body);
		const resolution = choice(body, 'resolution', ['sd', 'hd'], 'sd');
		const count = countOf(body);
		// Newer docs name this field `model`, older ones `mode`.
		for (const field of ['model', 'mode']) choice(body, field, ['fast'], 'fast');
		const hookUrl = hookUrlOf(body);
		refuseBannedWords(prompt, settings.bannedWords);
		return {
			family: 'video',
			action: 'video',
			prompt,
			mode: 'fast',
			timeout: timeoutOf({}),
			hookUrl,
			getUImages: false,
			picture: null,
			video: { count, resolution, seconds: clipSeconds, imageUrl },
			components: [],
		};
	},
});

/** How much motion the video has. */
export const motionOf = (body: Body): string => choice(body, 'manual', ['low', 'high'], 'low');

/** How many videos. */
export const countOf = (body: Body): number => numberAmong(body, 'bs', [1, 2, 4], 4);
