import { findFlag } from './flags';
import { parsePrompt } from './parsePrompt';
import { splitList } from './splitList';

/** The parameters that are set outside the prompt. Expressions may give numbers, strings, lists or nothing. */
export interface PromptParameters {
	aspectRatio?: unknown;
	characterReferences?: unknown;
	characterWeight?: unknown;
	chaos?: unknown;
	/** Takes precedence over `aspectRatio`. */
	customAspectRatio?: unknown;
	imagePrompts?: unknown;
	imageWeight?: unknown;
	no?: unknown;
	omniReference?: unknown;
	omniWeight?: unknown;
	/** Any other flags, as text. */
	otherParameters?: unknown;
	personalization?: unknown;
	quality?: unknown;
	raw?: unknown;
	seed?: unknown;
	stop?: unknown;
	styleReferences?: unknown;
	styleWeight?: unknown;
	stylize?: unknown;
	tile?: unknown;
	/** `7`, `6.1`, `niji 6`. */
	version?: unknown;
	weird?: unknown;
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
		const given = splitList(parameters[parameter as keyof typeof FLAG_OF]);
		const value = given.join(name === 'no' ? ', ' : ' ');
		const { value: takes, optional } = findFlag(name)!;
		if (value === '' || typed.has(name) || (!takes && value !== 'true')) continue;
		typed.add(name);
		if (name === 'v') {
			const [, model = 'v', version] = /^-*(niji|version|v)?[\s:=]*([^]*)$/i.exec(value)!;
			add(nameOf(model), version);
		} else {
			const isSwitchedOn = value === 'true' && (!takes || optional);
			add(name, isSwitchedOn ? '' : value);
		}
	}
	const others = splitList(parameters.otherParameters).join(' ').split(BETWEEN_FLAGS);
	for (const other of others.filter((each) => each.trim())) {
		const [, name, value] = /^(\S+)\s*([^]*)$/.exec(other.trim()) ?? [];
		if (!typed.has(nameOf(name))) add(nameOf(name), value);
	}
	const before = splitList(parameters.imagePrompts).filter((address) => !images.includes(address));
	return [...before, prompt.trim(), ...added].filter((part) => part !== '').join(' ');
}

/** The canonical name of a flag. An unknown flag keeps its name. */
const nameOf = (name: string): string => findFlag(name)?.names[0] ?? name.toLowerCase();
