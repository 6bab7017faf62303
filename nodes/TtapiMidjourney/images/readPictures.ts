import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { InputError, StoppedError } from '../jobs/errors';
import { inShort, isDataUrl, quoted } from '../jobs/quoted';
import { Base64Text } from '../transport/jsonBytes';
import { readImageInfo, type ImageInfo } from './imageBytes';
import { asDownloadError } from '../downloads/downloadError';
import { allowedUrl, download, type Downloader } from '../downloads/download';
import { MAX_IMAGE_BYTES } from '../downloads/guardedStream';

/** The values of the parameters `imageInput` and `maskInput`. */
export type ImageSource = 'binary' | 'url' | 'base64';

export interface Picture extends ImageInfo {
	bytes: Buffer;
}

export interface InputItem {
	context: IExecuteFunctions;
	index: number;
}

/** An image that is not loaded yet. */
export interface PictureSource {
	/** The type and size, without loading all of it; undefined if that isn't possible. Throws an InputError if it is no image. */
	peek: () => Promise<ImageInfo | undefined>;
	/** Throws an InputError if it is no image, or can't be loaded. */
	load: () => Promise<Picture>;
}

/** Enough for any header, including the metadata that cameras write before the size of a JPEG. */
const HEADER_BYTES = 192 * 1024;

/** The image as most endpoints take it: `data:image/png;base64,...` (docs/ttapi.md, Endpoints). */
export const asDataUrl = ({ mimeType, bytes }: Picture): Base64Text =>
	new Base64Text(bytes, `data:${mimeType};base64,`);

/** Splits comma-separated names of binary fields. */
export const splitNames = (given: string): string[] =>
	given
		.split(',')
		.map((name) => name.trim())
		.filter((name) => name !== '');

/** The image in a binary field of an item. Throws an InputError if the item has no such field. */
export function binarySource({ context, index }: InputItem, field: string): PictureSource {
	const what = `The binary field ${quoted(field)}`;
	const binary = context.getInputData()[index].binary ?? {};
	if (!Object.hasOwn(binary, field)) throw noSuchField(field, Object.keys(binary));
	return {
		peek: async () => infoOf(await firstBytes(context, binary[field]), what),
		load: async () => toPicture(await context.helpers.getBinaryDataBuffer(index, field), what),
	};
}

/** The image at a public URL, for endpoints that take no URL themselves. */
export function urlSource(downloader: Downloader, address: string): PictureSource {
	const what = `The URL ${inShort(address)}`;
	return {
		// Only checks the URL: to download the image twice would cost more than it saves.
		peek: async () => {
			try {
				allowedUrl(address, downloader.allowPrivate);
			} catch (error) {
				throw notLoaded(address, error);
			}
			return undefined;
		},
		load: async () => {
			const { binaryToBuffer } = downloader.context.helpers;
			const loading = download(
				downloader,
				address,
				MAX_IMAGE_BYTES,
				async (body) => await binaryToBuffer(body),
			);
			const bytes = await loading.catch((error: unknown) => {
				if (error instanceof StoppedError) throw error;
				throw notLoaded(address, error);
			});
			return toPicture(bytes, what);
		},
	};
}

/** An image in base64, with or without a `data:` prefix. Throws an InputError if it is no image. */
export function base64Source(given: string): PictureSource {
	const base64 = given.replace(/^data:[^,]*,/i, '').replace(/\s+/g, '');
	const what = 'The base64 text';
	if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw notAPicture(what);
	const info = infoOf(Buffer.from(base64.slice(0, (HEADER_BYTES / 3) * 4), 'base64'), what);
	const load = async () => ({ ...info, bytes: Buffer.from(base64, 'base64') });
	return { peek: async () => info, load };
}

/** The beginning of a binary field, without loading the rest. */
async function firstBytes(context: IExecuteFunctions, binary: IBinaryData): Promise<Buffer> {
	// Without an ID, the data is in the item itself.
	if (!binary.id) return Buffer.from(binary.data.slice(0, (HEADER_BYTES / 3) * 4), 'base64');
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of await context.helpers.getBinaryStream(binary.id)) {
		chunks.push(chunk as Buffer);
		length += (chunk as Buffer).length;
		if (length >= HEADER_BYTES) break;
	}
	return Buffer.concat(chunks);
}

function notLoaded(address: string, error: unknown): InputError {
	return new InputError(
		`The image from ${inShort(address)} could not be loaded: ${asDownloadError(error).message}`,
		isDataUrl(address)
			? 'For a data: URL, choose Base64 as the input type.'
			: 'Use the direct, public URL of an image, or load it in a node before this one and use its binary data.',
	);
}

function toPicture(bytes: Buffer, what: string): Picture {
	return { ...infoOf(bytes, what), bytes };
}

function infoOf(bytes: Buffer, what: string): ImageInfo {
	const info = readImageInfo(bytes);
	if (!info) throw notAPicture(what);
	return info;
}

function noSuchField(field: string, fields: string[]): InputError {
	return new InputError(
		`The item has no binary field ${quoted(field)}`,
		fields.length > 0
			? `It has: ${inShort(fields.join(', '))}. Enter one of them as Input Binary Field.`
			: 'It has no binary data at all. Read or download an image in a node before this one.',
	);
}

function notAPicture(what: string): InputError {
	return new InputError(
		`${what} does not contain an image`,
		'Use a PNG, JPEG, WebP, GIF or BMP image. The type is read from the content, not from the name.',
	);
}
