import { modes, type Mode } from '../options.mts';
import { emptyField, wrongField } from './refusal.mts';

/** A JSON body. Unknown fields are ignored. */
export type Body = Record<string, unknown>;

const isBlank = (value: unknown) =>
	value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** An optional text: `''` if it is missing, `null` or blank. */
export function optionalText(body: Body, field: string): string {
	const value = body[field];
	if (isBlank(value)) return '';
	if (typeof value !== 'string') throw wrongField(field, 'It must be text.');
	return value;
}

/** A required text. */
export function requiredText(body: Body, field: string): string {
	const value = optionalText(body, field);
	if (value === '') throw emptyField(field);
	return value;
}

/** One of the choices, or the fallback if it is missing. */
export function choice<T extends string>(
	body: Body,
	field: string,
	choices: readonly T[],
	fallback: T,
): T {
	const value = optionalText(body, field) || fallback;
	if (!choices.includes(value as T)) {
		throw wrongField(field, `It must be one of ${choices.join(', ')}.`);
	}
	return value as T;
}

/** A boolean, or the fallback if it is missing. */
export function flag(body: Body, field: string, fallback = false): boolean {
	const value = body[field] ?? fallback;
	if (typeof value !== 'boolean') throw wrongField(field, 'It must be true or false.');
	return value;
}

/** A whole number within limits, or the fallback if it is missing. In a query it is text. */
export function numberOf(
	body: Body,
	field: string,
	{ min, max = Infinity, fallback }: { min: number; max?: number; fallback: number },
): number {
	if (isBlank(body[field])) return fallback;
	const value = Number(body[field]);
	if (!Number.isInteger(value) || value < min || value > max) {
		const upTo = max === Infinity ? '' : ` to ${max}`;
		throw wrongField(field, `It must be a whole number from ${min}${upTo}.`);
	}
	return value;
}

/** One of the choices, or the fallback if it is missing. */
export function numberAmong(
	body: Body,
	field: string,
	choices: number[],
	fallback: number,
): number {
	const value = numberOf(body, field, { min: Math.min(...choices), fallback });
	if (!choices.includes(value)) throw wrongField(field, `It must be one of ${choices.join(', ')}.`);
	return value;
}

export const modeOf = (body: Body): Mode => choice(body, 'mode', modes, 'fast');

/** The job timeout in seconds: 300 to 1200, in relax mode 600 to 1200. Default: the minimum. */
export function timeoutOf(body: Body, mode: Mode = 'fast'): number {
	const min = mode === 'relax' ? 600 : 300;
	const value = body.timeout ?? min;
	if (!Number.isInteger(value) || (value as number) < min || (value as number) > 1200) {
		throw wrongField('timeout', `It must be a whole number from ${min} to 1200.`);
	}
	return value as number;
}

/** A web address, `''` if it is missing. */
export function webAddressOf(body: Body, field: string): string {
	const address = optionalText(body, field);
	if (address !== '' && !isWebAddress(address)) {
		throw wrongField(field, 'It must be a web address.');
	}
	return address;
}

/** The address for the callback, `''` if it is missing. */
export const hookUrlOf = (body: Body): string => webAddressOf(body, 'hookUrl');

export const isWebAddress = (text: string) => URL.canParse(text) && /^https?:/.test(text);

/** Whether it is a picture as `data:image/...;base64,...`. The picture is not decoded. */
export const isDataUri = (value: unknown): value is string =>
	typeof value === 'string' && /^data:image\/[\w.+-]+;base64,./.test(value);
