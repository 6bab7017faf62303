import { inShort, quoted } from '../jobs/quoted';
import { findFlag, MAX_CHARACTERS, nearestName, NEWEST, rangeOf, type Flag } from './flags';
import { fits, parsePrompt, withoutWeight, wordsOf, type TypedFlag } from './parsePrompt';

export type PromptRule =
	| 'unknownFlag'
	| 'wrongDash'
	| 'missingSpace'
	| 'missingValue'
	| 'badValue'
	| 'outOfRange'
	| 'wrongVersion'
	| 'repeatedFlag'
	| 'textAfterFlags'
	| 'notAnImage'
	| 'lineBreak'
	| 'tooLong'
	| 'noText';

export interface PromptFinding {
	rule: PromptRule;
	/** The part of the prompt that it is about. */
	at: string;
	/** One sentence: what is wrong and what to write instead. */
	message: string;
}

interface Version {
	isNiji: boolean;
	number: number;
}

/** Midjourney's default version changes. Without a version in the prompt, a flag is only wrong if none of these has it. */
const DEFAULTS: Version[] = [7, NEWEST].map((number) => ({ isNiji: false, number }));

/** In the path, or in the query of a service that converts images. */
const IMAGE_TYPE = /\.(png|jpe?g|gif|webp)(?![a-z\d])|[?&](format|fm)=(png|jpe?g|gif|webp)/i;
/** Only in the name of a file or in a URL. */
const FILE = /[./\\]\w|:\//;
/** URLs of web pages that look like those of images. */
const PAGE = /\/wiki\/|\/blob\/|[?&]dl=0/i;
/** Hosts of images whose URLs often have no extension. */
const IMAGE_HOST =
	/^https?:\/\/((images?|img|cdn|media|static|assets|storage|avatars|lh)\d*[.-](?!google\.)|([^/]+\.)?(mj\.run|picsum\.photos|placehold\.co|imagedelivery\.net|(googleusercontent|twimg|discordapp|ttapi|amazonaws|cloudfront|blob\.core\.windows)\.(com|net|io))[/:])/i;

/** Finds probable mistakes in a prompt. Pure: nothing is sent. */
export function lintPrompt(prompt: string): PromptFinding[] {
	if (prompt.length > MAX_CHARACTERS) {
		const message = `Shorten the prompt from ${prompt.length} characters to at most ${MAX_CHARACTERS}.`;
		return [{ rule: 'tooLong', at: `${prompt.slice(0, 50)}...`, message }];
	}
	const { images, text, flags } = parsePrompt(prompt);
	const versions = versionsOf(flags);
	const findings = images.flatMap(checkImage);
	flags.forEach((typed, index) => {
		findings.push(...checkForm(typed, prompt));
		if (!typed.flag) return;
		const isRepeated = flags.slice(0, index).some(({ flag }) => flag === typed.flag);
		findings.push(...checkUse(typed, typed.flag, isRepeated, versions));
		findings.push(...checkValue(typed.value, typed.flag, written(typed), versions.at(-1)?.number));
	});
	const [lineBreak] = /\S*[ \t]*[\r\n]\s*\S*/.exec(prompt.trim()) ?? [];
	if (lineBreak)
		findings.push(finding('lineBreak', lineBreak, 'Write the prompt in one line, without breaks.'));
	// A video needs no text. Text in the wrong place has been reported already.
	const isEnough = text || images.length > 1 || flags.some(({ name }) => name === 'video');
	if (!isEnough && !findings.some(({ rule }) => rule === 'textAfterFlags'))
		findings.push(
			finding('noText', prompt.trim(), 'There is nothing to draw: describe the image in words.'),
		);
	return findings;
}

const finding = (rule: PromptRule, at: string, message: string): PromptFinding => ({
	rule,
	at,
	message,
});

/** How the flag should be written. */
const written = ({ name }: TypedFlag): string => `--${name.toLowerCase()}`;

/** The versions that may apply to a prompt; empty if that is unclear, as in `--v {6, 7}` (Midjourney's Permutations). */
function versionsOf(flags: TypedFlag[]): Version[] {
	const typed = flags.find(({ flag }) => flag === findFlag('niji') || flag === findFlag('v'));
	if (!typed) return DEFAULTS;
	const isNiji = typed.flag === findFlag('niji');
	const number = Number(typed.value ? wordsOf(typed.value)[0] : NEWEST);
	return number > 0 ? [{ isNiji, number }] : [];
}

/** Checks the flag's name, dashes and spaces. */
function checkForm(typed: TypedFlag, prompt: string): PromptFinding[] {
	const at = typed.dashes + typed.name;
	const right = written(typed);
	if (!typed.flag) {
		const near = nearestName(typed.name.toLowerCase());
		const toDo = near ? `write --${near}` : 'remove it or correct its name';
		return [finding('unknownFlag', at, `Midjourney has no ${inShort(at)}: ${toDo}.`)];
	}
	const findings: PromptFinding[] = [];
	if (typed.dashes !== '--') {
		const message = `Write ${right} with two hyphens and no space behind them, not ${quoted(at)}.`;
		findings.push(finding('wrongDash', at, message));
	}
	if (typed.isGlued) {
		const spaced = [right, ...wordsOf(typed.value).slice(0, 1)].join(' ');
		const piece = prompt.slice(typed.start, typed.end);
		findings.push(finding('missingSpace', piece, `Write ${quoted(spaced)} with spaces around it.`));
	}
	return findings;
}

/** Checks whether the flag is repeated, and whether the version has it. */
function checkUse(
	typed: TypedFlag,
	flag: Flag,
	isRepeated: boolean,
	versions: Version[],
): PromptFinding[] {
	const at = typed.dashes + typed.name;
	const right = written(typed);
	const findings: PromptFinding[] = [];
	if (isRepeated && !flag.many)
		findings.push(finding('repeatedFlag', at, `Keep only one ${right}: it is there twice.`));
	if (versions.length > 0 && !versions.some((version) => takes(flag, version))) {
		const needed = [...spans('v', flag.v), ...spans('niji', flag.niji)].join(' or ');
		findings.push(finding('wrongVersion', at, `${right} needs ${needed}: add that or remove it.`));
	}
	return findings;
}

function takes({ v, niji }: Flag, { isNiji, number }: Version): boolean {
	const versions = isNiji ? niji : v;
	if (!versions) return true;
	return inPairs(versions).some(([from, to]) => number >= from && number <= to);
}

const spans = (name: string, versions: number[] = []): string[] =>
	inPairs(versions).map(([from, to]) => {
		if (to === NEWEST) return `--${name} ${from} or newer`;
		return from === to ? `--${name} ${from}` : `--${name} ${from} to ${to}`;
	});

function inPairs(numbers: number[]): Array<[number, number]> {
	const pairs: Array<[number, number]> = [];
	for (let at = 0; at < numbers.length; at += 2) pairs.push([numbers[at], numbers[at + 1]]);
	return pairs;
}

function checkValue(
	value: string,
	flag: Flag,
	right: string,
	version: number | undefined,
): PromptFinding[] {
	const words = wordsOf(value);
	const [first] = words;
	const [, low = -Infinity, high = Infinity] = rangeOf(flag, version) ?? [];
	const limits = low === -Infinity ? '' : ` from ${low} to ${high}`;
	const needed = `${right} takes ${flag.value?.says ?? 'no value'}${limits}`;
	if (flag.value && first === undefined)
		return flag.optional ? [] : [finding('missingValue', right, `${needed}: add it.`)];
	if (flag.value && !flag.value.is) return [];

	const findings: PromptFinding[] = [];
	let count = flag.value ? words.findIndex((word) => !fits(flag, word)) : 0;
	if (count < 0) count = words.length;
	if (!flag.value?.list) count = Math.min(count, 1);
	if (flag.value?.images) {
		// A word that looks like a file or a URL is meant as an image.
		if (FILE.test(words[count] ?? '')) count++;
		const addresses = words
			.slice(0, count)
			.map(withoutWeight)
			.filter((word) => FILE.test(word));
		findings.push(...addresses.flatMap(checkImage));
	} else if (count > 0 && (Number(first) < low || Number(first) > high)) {
		findings.push(finding('outOfRange', `${right} ${first}`, `${needed}, not ${inShort(first)}.`));
	}
	const rest = words.slice(count);
	// Several words after a flag that needs no value continue the prompt.
	if (count === 0 && ((flag.value && !flag.optional) || rest.length === 1))
		findings.push(
			finding('badValue', `${right} ${first}`, `${needed}, not ${quoted(rest.shift())}.`),
		);
	if (rest.length > 0) {
		const text = rest.join(' ');
		const message = `Move ${quoted(text)} before all parameters: it would be read as part of ${right}.`;
		findings.push(finding('textAfterFlags', text, message));
	}
	return findings;
}

function checkImage(typed: string): PromptFinding[] {
	const address = typed.replace(/^<|>$/g, '');
	const isImage = IMAGE_TYPE.test(address) ? !PAGE.test(address) : IMAGE_HOST.test(address);
	if (/^https?:/i.test(address) && isImage) return [];
	const message = `${quoted(address)} is no image: use an http(s) URL that ends in .png, .jpg, .gif or .webp.`;
	return [finding('notAnImage', address, message)];
}
