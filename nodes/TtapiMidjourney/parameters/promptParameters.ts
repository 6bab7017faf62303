import type { INodeProperties } from 'n8n-workflow';

import { FLAG_OF, type PromptParameters, type PromptValue } from '../prompts/composePrompt';
import { findFlag, NEWEST, NUMBER, rangeOf } from '../prompts/flags';
import { withoutDashes, withoutFlag } from '../prompts/typed';
import type { Item } from './item';
import { choice, flag, lines, mapped, text, type Collection, type Parameter } from './parameter';
import { isFlagText, readFlag, readText } from './read';

const PROMPT_PARAMETERS: Collection = {
	name: 'promptParameters',
	label: 'Prompt Parameters',
	add: 'Add parameter',
	help: 'Midjourney parameters as fields, added to the prompt. A parameter already in the prompt takes precedence.',
};

type Name = keyof PromptParameters;
type Shown = Partial<INodeProperties>;

const flagOf = (name: Name): string | undefined =>
	name in FLAG_OF ? FLAG_OF[name as keyof typeof FLAG_OF] : undefined;

const rowOf = (name: Name) => findFlag(flagOf(name) ?? '');

/** Its name in other letters: `imageWeight` is Image Weight. */
const labelOf = (name: Name): string =>
	name.replace(/^.|[A-Z]/g, (letter, at) => (at ? ` ${letter}` : letter.toUpperCase()));

/** What each declaration says. The help also names the flag, the limits of a number, and the first version that takes it. */
function declaration(name: Name, help: string, shown: Shown = {}) {
	const row = rowOf(name);
	const { minValue, maxValue } = shown.typeOptions ?? {};
	const limits = maxValue === undefined ? '' : `, ${minValue} to ${maxValue}`;
	const [from, to] = row?.v ?? [];
	const versions = to === NEWEST ? `. Version ${from} and later.` : '';
	const withFlag = row ? help.replace(/(?=[:,.]|$)/, ` (--${flagOf(name)}${limits})`) : help;
	return { name, in: PROMPT_PARAMETERS, label: labelOf(name), help: withFlag + versions, shown };
}

/** What people type into a field, without the flag that they typed in front of it. */
const bare = (name: Name, typed: string): string => withoutFlag(flagOf(name) ?? name, typed);

/** One or several entries, each of which may have the flag in front of it. */
const several = (name: Name, help: string, shown: Shown): Parameter<string[]> =>
	mapped(lines(declaration(name, help, shown)), (entries) =>
		entries.map((entry) => bare(name, entry)).filter((entry) => entry !== ''),
	);

const images = (name: Name, help: string): Parameter<string[]> =>
	several(name, help, {
		placeholder: 'e.g. https://example.com/image.png',
		typeOptions: { rows: 2 },
	});

/**
 * A number, which the panel keeps within what Midjourney takes. It is read as text, as several numbers in braces are fine,
 * too (Permutations): the check of the whole prompt judges it.
 */
function number(name: Name, value: number, help: string): Parameter<string> {
	const row = rowOf(name);
	const [, minValue, maxValue] = (row && rangeOf(row)) ?? [];
	const numberPrecision = row?.value === NUMBER ? 2 : 0;
	const typeOptions = { minValue, maxValue, numberPrecision };
	const { property, ...parameter } = text(declaration(name, help, { typeOptions }));
	return {
		...parameter,
		property: { ...property, type: 'number', default: value },
		read: (given) => bare(name, readText(labelOf(name), given, 'a number')),
	};
}

/** A value of the list, or another one by expression. */
function oneOf(
	name: Name,
	values: string,
	help: string,
	read: (typed: string) => string,
): Parameter<string> {
	const choices = values.split(',').map((value) => ({ name: value, value }));
	const { property, collection } = choice({
		...declaration(name, help),
		choices,
		default: choices[0].value,
	});
	return { name, collection, property, read: (given) => read(readText(labelOf(name), given)) };
}

/** Yes or no; the flag by itself is a yes. */
function yes(name: Name, help: string): Parameter<true | undefined> {
	const parameter = flag({ ...declaration(name, help), default: true, unset: false });
	return {
		...parameter,
		read: (given) => isOnlyFlag(name, given) || parameter.read(given) || undefined,
	};
}

const isOnlyFlag = (name: Name, given: unknown): boolean =>
	typeof given === 'string' && given.trim() !== '' && bare(name, given.trim()) === '';

/** Codes; a yes, or the flag by itself, stands for the account's own profile. */
function profiles(name: Name, help: string): Parameter<string[] | true | undefined> {
	const codes = several(name, help, { placeholder: 'e.g. ab12cd3' });
	return {
		...codes,
		read: (given) => {
			if (isOnlyFlag(name, given)) return true;
			if (isFlagText(given)) return readFlag(labelOf(name), given) || undefined;
			return codes.read(given);
		},
	};
}

/** `16x9` and `16/9` are 16:9. */
const ratio = (name: Name) => (typed: string) =>
	bare(name, typed).replace(/^([\d.]+)\s*[:：x×/]\s*([\d.]+)$/i, '$1:$2');

/** `--v 7` is 7; of `--niji 6` only the hyphens go, as the name is part of the version. */
const version = (typed: string) => withoutDashes(bare('version', typed));

/** What can be set apart from the prompt, in the order of the labels: `composePrompt` adds it. */
export const promptParameters: ReadonlyArray<Parameter<PromptValue>> = [
	oneOf(
		'aspectRatio',
		'16:9,1:1,2:3,21:9,3:2,3:4,4:3,4:5,5:4,9:16',
		'Width-to-height ratio',
		ratio('aspectRatio'),
	),
	number('chaos', 0, 'How different the four images are from each other'),
	images(
		'characterReferences',
		'URLs of images of a character, one per line. Versions 6, 6.1 and niji 6 only.',
	),
	number(
		'characterWeight',
		100,
		'How closely to match the character. Versions 6, 6.1 and niji 6 only.',
	),
	mapped(
		text(
			declaration('customAspectRatio', 'Width-to-height ratio in whole numbers', {
				placeholder: 'e.g. 239:100',
			}),
		),
		ratio('customAspectRatio'),
	),
	images('imagePrompts', 'URLs of images to start from, one per line'),
	number('imageWeight', 1, 'How strongly image prompts influence the result'),
	several('no', 'What to leave out, separated by commas', { placeholder: 'e.g. text, people' }),
	images('omniReference', 'URL of an image of a person or an object'),
	number('omniWeight', 100, 'How strongly the omni reference influences the result'),
	lines(
		declaration('otherParameters', 'Anything else, as in a prompt', {
			placeholder: 'e.g. --exp 20',
		}),
	),
	profiles('personalization', 'Codes of profiles or moodboards, separated by spaces'),
	number('quality', 1, 'How much rendering time to spend'),
	yes('raw', "Whether to turn down Midjourney's default style"),
	number('seed', 0, 'Number to start from: the same seed and prompt give similar images'),
	number('stop', 100, 'Percentage at which to stop, for a softer result'),
	images('styleReferences', 'The style: URLs of images, style codes or "random", one per line'),
	number('styleWeight', 100, 'How strongly style references influence the result'),
	number('stylize', 100, "How strongly to apply Midjourney's artistic style"),
	yes('tile', 'Whether to create a seamless, repeating pattern'),
	oneOf(
		'version',
		'8.2,8.1,8,7,6.1,6,5.2,niji 7,niji 6,niji 5',
		"Midjourney model version. Use an expression for one that isn't listed.",
		version,
	),
	number('weird', 0, 'How unconventional the images are'),
];

/** The item's parameters of the prompt. Throws an InputError for one that cannot be part of a prompt. */
export const readPromptParameters = (item: Item): PromptParameters =>
	Object.fromEntries(promptParameters.map((each) => [each.name, item.get(each)]));
