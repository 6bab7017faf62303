/**
 * Midjourney's parameters, from its documentation (docs.midjourney.com); the page is named above each group. If pages differ
 * or don't say, the table allows a value: a wrong warning is worse than none.
 */

/** What a flag takes as its value. */
interface Value {
	/** Matches a word of the value. Undefined if any text will do, up to the next flag. */
	is?: RegExp;
	/** Describes the value in messages. */
	says: string;
	/** Whether there may be several words, each with an optional weight: `a::2 b`. */
	list?: boolean;
	/** Whether the words may also be URLs of images. */
	images?: boolean;
}

/** The lowest and highest value in versions up to `upTo`. */
type Range = [upTo: number, low: number, high: number];

export interface Flag {
	/** The first one is canonical. */
	names: string[];
	/** Undefined if the flag takes no value. */
	value?: Value;
	/** Whether the value may be left out. */
	optional?: boolean;
	/** Whether the flag may occur several times. */
	many?: boolean;
	/** In the order of the versions. */
	ranges?: Range[];
	/** The versions that have the flag, in pairs: from, to, from, to. Undefined if all have it. */
	v?: number[];
	/** The same for niji. */
	niji?: number[];
}

/** Higher than any version. */
export const NEWEST = 99;

/** Prompts reach Midjourney through Discord, which refuses longer ones. */
export const MAX_CHARACTERS = 6000;

const NOTHING = /(?!)/;
const WHOLE: Value = { is: /^-?\d+$/, says: 'a whole number' };
export const NUMBER: Value = { is: /^-?(\d+\.?\d*|\.\d+)$/, says: 'a number' };
const IMAGE: Value = { is: NOTHING, says: 'the URL of an image', list: true, images: true };
const upTo = (low: number, high: number): Partial<Flag> => ({ ranges: [[NEWEST, low, high]] });
const since = (v: number, niji = v): Partial<Flag> => ({ v: [v, NEWEST], niji: [niji, NEWEST] });
const flag = (names: string, value?: Value, ...more: Array<Partial<Flag>>): Flag =>
	Object.assign({ names: names.split(' '), value }, ...more) as Flag;

export const FLAGS: readonly Flag[] = [
	// Aspect Ratio: whole numbers only.
	flag('ar aspect', { is: /^[1-9]\d*:[1-9]\d*$/, says: 'two whole numbers like 16:9' }),
	// Version. Later versions than the known ones are allowed, so that a new model needs no new version of the node.
	flag('v version', {
		is: /^([1-4](\.0)?|5(\.[0-2])?|6(\.[01])?|[7-9](\.\d)?|1\d(\.\d)?)$/,
		says: 'a version like 7 or 6.1',
	}),
	flag('niji', { is: /^([4-9]|1\d)(\.\d)?$/, says: 'a version like 6' }, { optional: true }),
	// Stylize; Legacy Features for version 3.
	flag('s stylize', WHOLE, {
		ranges: [
			[3, 625, 60_000],
			[NEWEST, 0, 1000],
		],
	}),
	// Chaos / Variety
	flag('c chaos', WHOLE, upTo(0, 100)),
	// Weird
	flag('w weird', WHOLE, upTo(0, 3000), since(5)),
	// Quality: .25, .5 and 1 at first, 2 since 6.1, 4 since 7, 5 up to 3.
	flag('q quality', NUMBER, {
		ranges: [
			[3, 0.25, 5],
			[NEWEST, 0.25, 4],
		],
	}),
	// Seeds
	flag('seed sameseed', WHOLE, upTo(0, 4_294_967_295)),
	// No
	flag('no', { says: 'what to leave out' }, { many: true }),
	// Raw. --style raw still works, too.
	flag('raw', undefined, since(5.1, 5)),
	// Niji and Legacy Features: raw, cute, expressive, original, scenic, 4a to 4c; codes of the Style Tuner.
	flag('style', { is: /^[\w-]+$/, says: 'the name of a style, e.g. raw' }),
	// Tile
	flag('tile', undefined, { v: [1, 3, 5, NEWEST] }),
	// Legacy Features
	flag('stop', WHOLE, upTo(10, 100)),
	// Image Prompts
	flag('iw', NUMBER, {
		ranges: [
			[3, -10_000, 10_000],
			[5.2, 0, 2],
			[NEWEST, 0, 3],
		],
		v: [1, 3, 5, NEWEST],
	}),
	// Style Reference
	flag(
		'sref',
		{ ...IMAGE, is: /^(random|\d+)$/i, says: 'the URL of an image, a style code or random' },
		{ many: true },
		since(6),
	),
	flag('sw', WHOLE, upTo(0, 1000), since(6)),
	flag('sv', WHOLE, upTo(1, 8), since(6)),
	// Character Reference
	flag('cref', IMAGE, { v: [6, 6.1], niji: [6, 6], many: true }),
	flag('cw', WHOLE, upTo(0, 100), { v: [6, 6.1], niji: [6, 6] }),
	// Omni Reference: with version 7. The pages say that later versions will have it again.
	flag('oref', IMAGE, since(7)),
	flag('ow', WHOLE, upTo(1, 1000), since(7)),
	// Personalization, Moodboards
	flag(
		'p profile personalize',
		{ is: /^([\w-]*\d[\w-]*|\w{6,})$/, says: 'codes of profiles or moodboards', list: true },
		{ optional: true, many: true },
		since(6),
	),
	// Stylize: experimental aesthetics
	flag('exp', WHOLE, upTo(0, 100), since(7)),
	// Draft & Conversational Modes
	flag('draft', undefined, since(7)),
	// Image Size & Resolution, and Legacy Features for the old --hd.
	flag('hd', undefined, { v: [1, 3, 8, NEWEST] }),
	flag('sd'),
	// Repeat
	flag('r repeat', WHOLE, upTo(1, 40)),
	// Video
	flag('video', WHOLE, { optional: true }),
	flag('motion', { is: /^(low|high)$/i, says: 'low or high' }),
	flag('bs', { is: /^[124]$/, says: '1, 2 or 4' }),
	flag('loop'),
	flag('end', { ...IMAGE, is: /^loop$/i }),
	// GPU Speed, Stealth Mode, Legacy Features
	...'fast relax turbo stealth public private test testp creative uplight upbeta upanime beta old vibe'
		.split(' ')
		.map((name) => flag(name)),
];

const BY_NAME = new Map(FLAGS.flatMap((row) => row.names.map((name) => [name, row])));

/** @param name without hyphens, in any case */
export const findFlag = (name: string): Flag | undefined => BY_NAME.get(name.toLowerCase());

/** The range of a flag's value in a version; undefined if it has no limits. */
export const rangeOf = ({ ranges }: Flag, version = NEWEST): Range | undefined =>
	ranges?.find(([newest]) => version <= newest);

/** The flag that a misspelt name probably means; undefined if none is similar. */
export function nearestName(given: string): string | undefined {
	const maxEdits = given.length < 4 ? 0 : given.length < 6 ? 1 : 2;
	const names = [...BY_NAME.keys()].filter((name) => name.length > 2);
	for (let edits = 0; edits <= maxEdits; edits++) {
		const near = names.find((name) => isWithin(given, name, edits));
		if (near) return near;
	}
	return names.find((name) => name.length > 4 && given.startsWith(name));
}

/** Whether at most `edits` letters are replaced, added, removed or swapped with the next one. */
function isWithin(a: string, b: string, edits: number): boolean {
	if (edits < 0) return false;
	if (!a || !b) return a.length + b.length <= edits;
	if (a[0] === b[0]) return isWithin(a.slice(1), b.slice(1), edits);
	const skip = a[0] === b[1] && a[1] === b[0] ? 2 : 1;
	const [restA, restB] = [a.slice(1), b.slice(1)];
	return (
		isWithin(a.slice(skip), b.slice(skip), edits - 1) ||
		isWithin(restA, b, edits - 1) ||
		isWithin(a, restB, edits - 1)
	);
}
