import { modes, type Mode } from '../options.mts';
import { emptyField, wrongField } from './refusal.mts';

/** A JSON body. Fields that an endpoint does not know are never looked at. */
export type Body = Record<string, unknown>;

const isBlank = (value: unknown) =>
	value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** A text that may be missing, `null` or blank: then it is `''`. */
export function optionalText(body: Body, field: string): string {
	const value = body[field];
	if (isBlank(value)) return '';
	if (typeof value !== 'string') throw wrongField(field, 'It is no text.');
	return value;
}

/** A text that must be there. */
export function requiredText(body: Body, field: string): string {
	const value = optionalText(body, field);
	if (value === '') throw emptyField(field);
	return value;
}

/** One of the choices, or the default when it is missing. */
export function choice<T extends string>(
	body: Body,
	field: string,
	choices: readonly T[],
	otherwise: T,
): T {
	const value = optionalText(body, field) || otherwise;
	if (!choices.includes(value as T))
		throw wrongField(field, `It is none of ${choices.join(', ')}.`);
	return value as T;
}

/** A boolean, false or `otherwise` when it is missing. */
export function flag(body: Body, field: string, otherwise = false): boolean {
	const value = body[field] ?? otherwise;
	if (typeof value !== 'boolean') throw wrongField(field, 'It is neither true nor false.');
	return value;
}

/** A whole number within limits, or the default when it is missing. A query holds it as text. */
export function numberOf(
	body: Body,
	field: string,
	{ least, most = Infinity, otherwise }: { least: number; most?: number; otherwise: number },
): number {
	if (isBlank(body[field])) return otherwise;
	const value = Number(body[field]);
	if (!Number.isInteger(value) || value < least || value > most) {
		const upTo = most === Infinity ? '' : ` to ${most}`;
		throw wrongField(field, `It is no whole number from ${least}${upTo}.`);
	}
	return value;
}

/** One of a few numbers, or the default when it is missing. */
export function numberAmong(
	body: Body,
	field: string,
	choices: number[],
	otherwise: number,
): number {
	const value = numberOf(body, field, { least: Math.min(...choices), otherwise });
	if (!choices.includes(value)) throw wrongField(field, `It is none of ${choices.join(', ')}.`);
	return value;
}

export const modeOf = (body: Body): Mode => choice(body, 'mode', modes, 'fast');

/**
 * The time limit in seconds: 300 to 1200, in relax mode 600 to 1200; the lower end is the default.
 */
export function timeoutOf(body: Body, mode: Mode = 'fast'): number {
	const least = mode === 'relax' ? 600 : 300;
	const value = body.timeout ?? least;
	if (!Number.isInteger(value) || (value as number) < least || (value as number) > 1200) {
		throw wrongField('timeout', `It is no whole number from ${least} to 1200.`);
	}
	return value as number;
}

/** An address of the web, `''` for none. */
export function webAddressOf(body: Body, field: string): string {
	const address = optionalText(body, field);
	if (address !== '' && !isWebAddress(address)) throw wrongField(field, 'It is no address.');
	return address;
}

/** The address for the callback, `''` for none. */
export const hookUrlOf = (body: Body): string => webAddressOf(body, 'hookUrl');

export const isWebAddress = (text: string) => URL.canParse(text) && /^https?:/.test(text);

/** A picture as `data:image/...;base64,...`. Whether it decodes is not looked at. */
export const isDataUri = (value: unknown): value is string =>
	typeof value === 'string' && /^data:image\/[\w.+-]+;base64,./.test(value);
