import { InputError } from '../jobs/errors';
import { quoted } from '../jobs/quoted';

/** What is typed or comes out of a sheet for yes and no. */
const YES = ['true', 'yes', 'on', '1'];
const NO = ['false', 'no', 'off', '0'];

/** Whether an expression gave nothing: n8n itself gives null for a parameter that was not added. */
export const isUnset = (given: unknown): given is undefined | null | '' =>
	given === undefined || given === null || (typeof given === 'string' && given.trim() === '');

/** As spellings are compared: small letters without the spaces around them. Empty for an object and a list. */
const inSmallLetters = (given: unknown): string =>
	typeof given === 'object' ? '' : String(given).trim().toLowerCase();

/**
 * A text without the spaces around it, empty if nothing is set. A number is written out, as an expression may give one.
 * Throws an InputError for anything else: a prompt "false" is a mistake that would be paid.
 * @param label the parameter's name in the panel
 * @param what it must be, as the error says it
 */
export function readText(label: string, given: unknown, what = 'text'): string {
	if (typeof given === 'string') return given.trim();
	if (isUnset(given)) return '';
	if (typeof given !== 'number' || Number.isNaN(given)) {
		throw new InputError(
			`'${label}' must be ${what} (got ${quoted(given)})`,
			'Let its expression return a single value, for example {{ $json.prompt }}.',
		);
	}
	return String(given);
}

/** Whether it reads as yes or no. */
export const isFlagText = (given: unknown): boolean =>
	[...YES, ...NO].includes(inSmallLetters(given));

/**
 * Yes or no, in any of the usual spellings and any case; undefined if nothing is set. Throws an InputError for anything else.
 * @param label the parameter's name in the panel
 */
export function readFlag(label: string, given: unknown): boolean | undefined {
	if (isUnset(given)) return undefined;
	const said = inSmallLetters(given);
	if (YES.includes(said)) return true;
	if (NO.includes(said)) return false;
	throw new InputError(
		`'${label}' must be true or false (got ${quoted(given)})`,
		'Let its expression return true or false. Yes and no, on and off, 1 and 0 work, too.',
	);
}

/**
 * The entries of a list, or of a text with commas between them. Throws an InputError for anything else.
 * @param label the parameter's name in the panel
 */
export function readList(label: string, given: unknown): unknown[] {
	if (isUnset(given)) return [];
	if (Array.isArray(given)) return given;
	if (typeof given === 'string') return given.split(',');
	throw new InputError(
		`'${label}' must be a list (got ${quoted(given)})`,
		'Choose from the list, or let the expression return one.',
	);
}

/** What a number must be. */
export interface NumberLimits {
	least?: number;
	most?: number;
	/** Fractions are refused. */
	isWhole?: boolean;
	/** What it counts, as it reads behind a number: "seconds". */
	unit?: string;
}

/**
 * A number, also one that is written as text; undefined if nothing is set. Throws an InputError for anything else, and for
 * one beyond its limits.
 * @param label the parameter's name in the panel
 * @param toDo what the error tells to do
 */
export function readNumber(
	label: string,
	given: unknown,
	limits: NumberLimits = {},
	toDo = `Use a ${limits.isWhole ? 'whole ' : ''}number, or remove the value to use the default.`,
): number | undefined {
	if (isUnset(given)) return undefined;
	const { least = -Infinity, most = Infinity, isWhole } = limits;
	const value = typeof given === 'string' ? Number(given) : given;
	const isFine = typeof value === 'number' && value >= least && value <= most;
	if (isFine && (isWhole ? Number.isInteger(value) : Number.isFinite(value))) return value;
	throw new InputError(`'${label}' must be ${inWords(limits)} (got ${quoted(given)})`, toDo);
}

function inWords({ least, most, isWhole, unit }: NumberLimits): string {
	if (most !== undefined) return `${least ?? 0} to ${most}${unit ? ` ${unit}` : ''}`;
	const kind = isWhole ? 'a whole number' : 'a number';
	return least === undefined ? kind : `${kind} from ${least}`;
}

/** A value of a list, with its name in the panel. */
export interface Choice<T extends string | number> {
	value: T;
	name: string;
}

/**
 * One of several values, by its value or by its name in the panel, in any case; undefined if nothing is set. Throws an
 * InputError that lists them for anything else.
 * @param label the parameter's name in the panel
 */
export function readChoice<T extends string | number>(
	label: string,
	given: unknown,
	choices: ReadonlyArray<Choice<T>>,
): T | undefined {
	if (isUnset(given)) return undefined;
	const found = findChoice(given, choices);
	if (found !== undefined) return found;
	throw new InputError(
		`'${label}' can't be ${quoted(given)}`,
		`Use one of: ${choices.map(({ value }) => value).join(', ')}.`,
	);
}

/** The same; undefined also for anything else. */
export function findChoice<T extends string | number>(
	given: unknown,
	choices: ReadonlyArray<Choice<T>>,
): T | undefined {
	const said = inSmallLetters(given);
	if (said === '') return undefined;
	return choices.find(({ value, name }) => {
		const spellings = [String(value).toLowerCase(), name.toLowerCase()];
		return spellings.includes(said) || (typeof value === 'number' && Number(said) === value);
	})?.value;
}
