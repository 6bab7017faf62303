import type { IExecuteFunctions } from 'n8n-workflow';

import { InputError } from '../jobs/errors';
import { readImageInfo, type ImageInfo } from './imageBytes';
import { asDownloadError } from './downloadError';
import { openDownload, type Downloader } from './openDownload';

/** The values of the parameters `imageInput` and `maskInput`. */
export type ImageSource = 'binary' | 'url' | 'base64';

/** A picture on its way to TTAPI. */
export interface Picture extends ImageInfo {
	/** Without the `data:` prefix. */
	base64: string;
}

/** The item that a binary field is in. */
export interface InputItem {
	context: IExecuteFunctions;
	index: number;
}

/** Enough for the header of each type, with the metadata that a camera puts before a JPEG's size. */
const HEADER_BASE64_CHARS = 256 * 1024;

/** The same picture as TTAPI wants it in most places: `data:image/png;base64,...`. */
export const asDataUrl = ({ mimeType, base64 }: Picture): string =>
	`data:${mimeType};base64,${base64}`;

/** Splits a list as people type it: an array by expression, one a line, or addresses with a comma before `http`. */
export function splitList(given: unknown): string[] {
	const entries = Array.isArray(given)
		? given
		: String(given ?? '').split(/\r?\n|,\s*(?=https?:)/i);
	return entries.map((entry) => String(entry ?? '').trim()).filter((entry) => entry !== '');
}

/** Splits a list of binary field names, typed with commas between them. */
export const splitNames = (given: string): string[] =>
	given
		.split(',')
		.map((name) => name.trim())
		.filter((name) => name !== '');

/** Reads the picture in a binary field of an item. */
export async function fromBinary({ context, index }: InputItem, field: string): Promise<Picture> {
	const bytes = await context.helpers.getBinaryDataBuffer(index, field);
	return toPicture(bytes, `the binary field "${field}"`);
}

/** Throws an InputError where the item has no such binary field: free, and before anything is loaded. */
export function requireBinary({ context, index }: InputItem, field: string): void {
	const binary = context.getInputData()[index].binary ?? {};
	if (field in binary) return;
	const fields = Object.keys(binary);
	throw new InputError(
		`The item has no binary field "${field}"`,
		fields.length > 0
			? `It has: ${fields.join(', ')}. Enter one of them as Input Binary Field.`
			: 'It has no binary data at all. Read or download a picture in a node before this one.',
	);
}

/** Downloads the picture of a public address: for the endpoints that take no address themselves. */
export async function fromUrl(downloader: Downloader, address: string): Promise<Picture> {
	const what = `the address ${address}`;
	const bytes = await loaded(downloader, address).catch((error: unknown) => {
		throw new InputError(
			`The picture of ${what} cannot be loaded: ${asDownloadError(error).message}`,
			'Use the direct, public address of a picture, or load it in a node before this one and use its binary data.',
		);
	});
	return toPicture(bytes, what);
}

async function loaded(downloader: Downloader, address: string): Promise<Buffer> {
	const { body } = await openDownload(downloader, address);
	return await downloader.context.helpers.binaryToBuffer(body);
}

/** Takes a picture as text, with or without the `data:` prefix. */
export function fromBase64(given: string): Picture {
	const base64 = given.replace(/^data:[^,]*,/i, '').replace(/\s+/g, '');
	const info = readImageInfo(Buffer.from(base64.slice(0, HEADER_BASE64_CHARS), 'base64'));
	if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || !info) throw notAPicture('the base64 text');
	return { ...info, base64 };
}

function toPicture(bytes: Buffer, what: string): Picture {
	const info = readImageInfo(bytes);
	if (!info) throw notAPicture(what);
	return { ...info, base64: bytes.toString('base64') };
}

function notAPicture(what: string): InputError {
	return new InputError(
		`What ${what} holds is not a picture`,
		'Use a PNG, JPEG, WebP, GIF or BMP picture. The type is read from the content, not from the name.',
	);
}
