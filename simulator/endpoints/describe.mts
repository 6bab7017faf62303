import type { Spelling } from '../dialect.mts';
import { pick, randomFrom } from '../random.mts';
import {
	hookUrlOf,
	isDataUri,
	isWebAddress,
	optionalText,
	timeoutOf,
} from '../requests/fields.mts';
import { Refusal, wrongField } from '../requests/refusal.mts';
import { submitEndpoint } from './endpoint.mts';

/** Four prompts that could have made a picture. */
export const describe = submitEndpoint({
	name: 'describe',
	path: '/midjourney/v1/describe',
	plan(body, { settings }) {
		const prompts = writePrompts(sourceOf(body), settings.spelling.describe);
		return {
			action: 'describe',
			prompt: '',
			mode: 'fast',
			timeout: timeoutOf(body),
			hookUrl: hookUrlOf(body),
			getUImages: false,
			picture: null,
			components: [],
			outcome: { prompt: prompts },
		};
	},
});

function sourceOf(body: Record<string, unknown>): string {
	const base64 = optionalText(body, 'base64');
	const url = optionalText(body, 'url');
	if (base64 !== '') {
		if (!isDataUri(base64)) {
			throw wrongField('base64', 'It must start with data:image/png;base64, or similar.');
		}
		return base64;
	}
	if (url === '') throw new Refusal(400, '"base64" and "url" cannot be empty.');
	if (!isWebAddress(url)) throw wrongField('url', 'It must be a web address.');
	return url;
}

const views = [
	'a wide view of',
	'a quiet morning over',
	'a bird’s-eye view of',
	'the last light on',
];
const places = [
	'misty mountains',
	'a still lake',
	'rolling dunes',
	'a rocky coast',
	'pine forests',
];
const styles = ['gouache', 'matte painting', 'woodblock print', 'analog film', 'low-poly render'];

function writePrompts(source: string, spelling: Spelling['describe']): string {
	const random = randomFrom(`describe ${source}`);
	const prompts = views.map((view) => `${view} ${pick(random, places)}, ${pick(random, styles)}`);
	const marks = {
		lines: () => '',
		keycaps: (number: number) => `${number}\u{fe0f}\u{20e3} `,
		numbered: (number: number) => `${number}. `,
	};
	const gap = spelling === 'keycaps' ? '\n\n' : '\n';
	return prompts.map((prompt, index) => marks[spelling](index + 1) + prompt).join(gap);
}
