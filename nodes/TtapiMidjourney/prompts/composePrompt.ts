import { findFlag } from './flags';
import { parsePrompt } from './parsePrompt';

/** What is set apart from the prompt: a text, several of them, or yes for a flag without a value. */
export type PromptValue = string | string[] | true | undefined;

/** What can be set apart from the prompt. */
export interface PromptParameters {
	aspectRatio?: PromptValue;
	characterReferences?: PromptValue;
	characterWeight?: PromptValue;
	chaos?: PromptValue;
	/** Wins over `aspectRatio`. */
	customAspectRatio?: PromptValue;
	imagePrompts?: PromptValue;
	imageWeight?: PromptValue;
	no?: PromptValue;
	omniReference?: PromptValue;
	omniWeight?: PromptValue;
	/** Flags that have no parameter of their own, as text. */
	otherParameters?: PromptValue;
	/** `true` stands for the account's own profile. */
	personalization?: PromptValue;
	quality?: PromptValue;
	raw?: PromptValue;
	seed?: PromptValue;
	stop?: PromptValue;
	styleReferences?: PromptValue;
	styleWeight?: PromptValue;
	stylize?: PromptValue;
	tile?: PromptValue;
	/** `7`, `6.1`, `niji 6`. */
	version?: PromptValue;
	weird?: PromptValue;
}

/** The flag of each parameter, in the order in which they are added. */
export const FLAG_OF = {
	customAspectRatio: 'ar',
	aspectRatio: 'ar',
	stylize: 's',
	chaos: 'c',
	weird: 'w',
	quality: 'q',
	seed: 'seed',
	stop: 'stop',
	imageWeight: 'iw',
	// Midjourney's pages now say --raw instead of --style raw, for all versions that have it.
	raw: 'raw',
	tile: 'tile',
	styleReferences: 'sref',
	styleWeight: 'sw',
	characterReferences: 'cref',
	characterWeight: 'cw',
	omniReference: 'oref',
	omniWeight: 'ow',
	personalization: 'p',
	version: 'v',
	no: 'no',
} as const satisfies Partial<Record<keyof PromptParameters, string>>;

/** Separates the flags in a text that has only flags. */
const BETWEEN_FLAGS = /(?:^|\s+)[-\u2010-\u2015\u2212]+\s*(?=[a-z])/i;

/** Adds parameters to a prompt: images before it, flags after it. What the prompt already has is not added. */
export function composePrompt(prompt: string, parameters: PromptParameters): string {
	const { images, flags } = parsePrompt(prompt);
	const typed = new Set(flags.map(({ flag, name }) => flag?.names[0] ?? name.toLowerCase()));
	// The parser may take an unknown flag with several words after it for text.
	for (const [, name] of prompt.matchAll(/(?:^|\s)--(\S+)/g)) typed.add(nameOf(name));
	if (flags.some(({ flag, value }) => flag?.names[0] === 'style' && /^raw\b/i.test(value)))
		typed.add('raw');
	if (typed.has('niji')) typed.add('v');

	const added: string[] = [];
	const add = (name: string, value: string) => added.push(`--${name} ${value}`.trim());
	for (const [parameter, name] of Object.entries(FLAG_OF)) {
		const given = parameters[parameter as keyof typeof FLAG_OF];
		const value = textsOf(given).join(name === 'no' ? ', ' : ' ');
		if ((value === '' && given !== true) || typed.has(name)) continue;
		typed.add(name);
		if (name === 'v') {
			const [, model = 'v', version] = /^-*(niji|version|v)?[\s:=]*([^]*)$/i.exec(value)!;
			add(nameOf(model), version);
		} else {
			add(name, value);
		}
	}
	const others = textsOf(parameters.otherParameters).join(' ').split(BETWEEN_FLAGS);
	for (const other of others.filter((each) => each.trim())) {
		const [, name, value] = /^(\S+)\s*([^]*)$/.exec(other.trim()) ?? [];
		if (!typed.has(nameOf(name))) add(nameOf(name), value);
	}
	const before = textsOf(parameters.imagePrompts).filter((address) => !images.includes(address));
	return [...before, prompt.trim(), ...added].filter((part) => part !== '').join(' ');
}

const textsOf = (value: PromptValue): string[] =>
	value === undefined || value === true ? [] : [value].flat();

/** The canonical name of a flag. An unknown flag keeps its name. */
const nameOf = (name: string): string => findFlag(name)?.names[0] ?? name.toLowerCase();
