import type { INodeProperties } from 'n8n-workflow';

import { FLAG_OF, type PromptParameters } from '../prompts/composePrompt';
import { findFlag, NEWEST, NUMBER, rangeOf } from '../prompts/flags';

type Field = Pick<INodeProperties, 'type' | 'default' | 'description'> & Partial<INodeProperties>;

/** A number, within what Midjourney takes. */
function number(parameter: keyof typeof FLAG_OF, value: number, description: string): Field {
	const flag = findFlag(FLAG_OF[parameter]);
	const [, minValue, maxValue] = (flag && rangeOf(flag)) ?? [];
	const numberPrecision = flag?.value === NUMBER ? 2 : 0;
	return {
		type: 'number',
		typeOptions: { minValue, maxValue, numberPrecision },
		default: value,
		description,
	};
}

/** What a field does, with its flag, the limits of a number, and the versions where newer ones take it. */
function helpOf(parameter: string, { description = '', typeOptions }: Field): string {
	const name = FLAG_OF[parameter as keyof typeof FLAG_OF];
	const flag = name && findFlag(name);
	if (!flag) return description;
	const { minValue, maxValue } = typeOptions ?? {};
	const limits = maxValue === undefined ? '' : `, ${minValue} to ${maxValue}`;
	const [from, to] = flag.v ?? [];
	const versions = to === NEWEST ? `. Version ${from} and later.` : '';
	return description.replace(/(?=[:,.]|$)/, ` (--${name}${limits})`) + versions;
}

const text = (placeholder: string, description: string): Field => ({
	...{ type: 'string', default: '', placeholder: `e.g. ${placeholder}`, description },
});

const images = (description: string): Field => ({
	...text('https://example.com/image.png', description),
	typeOptions: { rows: 2 },
});

const choice = (values: string, description: string): Field => {
	const options = values.split(',').map((value) => ({ name: value, value }));
	return { type: 'options', default: options[0].value, description, options };
};

const yes = (description: string): Field => ({ type: 'boolean', default: true, description });

/** In the order of the labels, which are the names in other letters. */
const FIELDS: Record<keyof PromptParameters, Field> = {
	aspectRatio: choice('16:9,1:1,2:3,21:9,3:2,3:4,4:3,4:5,5:4,9:16', 'Width to height'),
	chaos: number('chaos', 0, 'How much the images differ'),
	characterReferences: images(
		'URLs of images of a character, one per line. Versions 6, 6.1 and niji 6 only.',
	),
	characterWeight: number(
		'characterWeight',
		100,
		'How much of the character is kept. Versions 6, 6.1 and niji 6 only.',
	),
	customAspectRatio: text('239:100', 'Width to height in whole numbers'),
	imagePrompts: images('URLs of images to start from, one per line'),
	imageWeight: number('imageWeight', 1, 'How much image prompts count'),
	no: text('text, people', 'What to leave out, separated by commas'),
	omniReference: images('URL of an image of a person or an object'),
	omniWeight: number('omniWeight', 100, 'How much the omni reference counts'),
	otherParameters: text('--exp 20', 'Anything else, as in a prompt'),
	personalization: text('ab12cd3', 'Codes of profiles or moodboards, separated by spaces'),
	quality: number('quality', 1, 'How much work goes into the images'),
	raw: yes("Whether to use less of Midjourney's own style"),
	seed: number('seed', 0, 'Number to start from: the same seed and prompt give similar images'),
	stop: number('stop', 100, 'At what percentage of the work to stop'),
	styleReferences: images('The style: URLs of images, style codes or "random", one per line'),
	styleWeight: number('styleWeight', 100, 'How much style references count'),
	stylize: number('stylize', 100, 'How artistic the images get'),
	tile: yes('Whether to make a pattern without seams'),
	version: choice(
		'8.2,8.1,8,7,6.1,6,5.2,niji 7,niji 6,niji 5',
		'Model of Midjourney. Use an expression for others.',
	),
	weird: number('weird', 0, 'How unusual the images get'),
};

/** What can be set apart from the prompt: `composePrompt` adds it. */
export const promptParametersField: INodeProperties = {
	displayName: 'Prompt Parameters',
	name: 'promptParameters',
	type: 'collection',
	placeholder: 'Add parameter',
	default: {},
	description:
		'Midjourney parameters as fields, added to the prompt. A parameter typed in the prompt wins.',
	options: Object.entries(FIELDS).map(([name, field]) => ({
		displayName: name.replace(/^.|[A-Z]/g, (letter, at) =>
			at ? ` ${letter}` : letter.toUpperCase(),
		),
		name,
		...field,
		description: helpOf(name, field),
	})),
};
