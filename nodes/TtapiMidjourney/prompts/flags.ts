/**
 * Midjourney's parameters as its documentation (docs.midjourney.com) describes them; the page is named above each group.
 * Where the pages differ or say nothing, the table allows it: a warning about a good prompt is worse than none.
 */

/** What a flag takes as its value. */
interface Value {
	/** What one word of it looks like; without it any text will do, up to the next flag. */
	is?: RegExp;
	/** For messages. */
	says: string;
	/** Several words are taken, each with a weight where wanted: `a::2 b`. */
	list?: boolean;
	/** The words may be addresses of images. */
	images?: boolean;
}

/** From `low` to `high` in versions up to `upTo`. */
type Range = [upTo: number, low: number, high: number];

export interface Flag {
	/** The first one is the canonical one. */
	names: string[];
	/** Undefined where none is taken. */
	value?: Value;
	/** The value may be left out. */
	optional?: boolean;
	/** May come several times. */
	many?: boolean;
	/** In the order of the versions. */
	ranges?: Range[];
	/** The versions that take it, as pairs: from, to, from, to. Undefined: all. */
	v?: number[];
	/** The same for niji. */
	niji?: number[];
}

/** Later than any version. */
export const NEWEST = 99;

/** More than this is refused by Discord, through which prompts reach Midjourney. */
export const MOST_CHARACTERS = 6000;

const WHOLE: Value = { is: /^-?\d+$/, says: 'a whole number' };
/** With a fraction. */
export const NUMBER: Value = { is: /^-?(\d+\.?\d*|\.\d+)$/, says: 'a number' };
const IMAGE: Value = { is: /^(?!)/, says: 'the URL of an image', list: true, images: true };
const upTo = (low: number, high: number): Partial<Flag> => ({ ranges: [[NEWEST, low, high]] });
const since = (v: number, niji = v): Partial<Flag> => ({ v: [v, NEWEST], niji: [niji, NEWEST] });
const flag = (names: string, value?: Value, ...more: Array<Partial<Flag>>): Flag =>
	Object.assign({ names: names.split(' '), value }, ...more) as Flag;

export const FLAGS: readonly Flag[] = [
	// Aspect Ratio: whole numbers only.
	flag('ar aspect', { is: /^[1-9]\d*:[1-9]\d*$/, says: 'two whole numbers like 16:9' }),
	// Version. Newer ones than known are let through, so that a new model needs no new node.
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
	// Raw: once --style raw, which still works.
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
	// Omni Reference: with version 7; later ones are said to take it again.
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
	// Image Size & Resolution; Legacy Features for the old --hd.
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
	// GPU Speed; Stealth Mode; Legacy Features
	...'fast relax turbo stealth public private test testp creative uplight upbeta upanime beta old vibe'
		.split(' ')
		.map((name) => flag(name)),
];

const BY_NAME = new Map(FLAGS.flatMap((row) => row.names.map((name) => [name, row])));

/** @param name without its hyphens, in any case */
export const findFlag = (name: string): Flag | undefined => BY_NAME.get(name.toLowerCase());

/** What the value of a flag may be in a version, undefined where it has no limits. */
export const rangeOf = ({ ranges }: Flag, version = NEWEST): Range | undefined =>
	ranges?.find(([newest]) => version <= newest);

/** The name of the table that is nearly the given one. */
export function nearestName(given: string): string | undefined {
	const most = given.length < 4 ? 0 : given.length < 6 ? 1 : 2;
	const names = [...BY_NAME.keys()].filter((name) => name.length > 2);
	for (let edits = 0; edits <= most; edits++) {
		const near = names.find((name) => isWithin(given, name, edits));
		if (near) return near;
	}
	return names.find((name) => name.length > 4 && given.startsWith(name));
}

/** Whether at most so many letters differ, are missing, are too many, or are swapped with their neighbour. */
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
