import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { InputError, StoppedError } from '../jobs/errors';
import { Base64Text } from '../transport/base64Text';
import { readImageInfo, type ImageInfo } from './imageBytes';
import { asDownloadError } from '../downloads/downloadError';
import { allowedUrl, download, type Downloader } from '../downloads/download';
import { MOST_IMAGE_BYTES } from '../downloads/guardedStream';

/** The values of the parameters `imageInput` and `maskInput`. */
export const IMAGE_SOURCES = ['binary', 'url', 'base64'] as const;
export type ImageSource = (typeof IMAGE_SOURCES)[number];

/** A picture on its way to TTAPI. */
export interface Picture extends ImageInfo {
	bytes: Buffer;
}

/** The item that a binary field is in. */
export interface InputItem {
	context: IExecuteFunctions;
	index: number;
}

/** A picture that is not loaded yet. */
export interface PictureSource {
	/** Its type and size from its first bytes; undefined where only loading tells. Throws an InputError if it is no picture. */
	peek: () => Promise<ImageInfo | undefined>;
	/** Throws an InputError if it is no picture, or cannot be loaded. */
	load: () => Promise<Picture>;
}

/** Enough for the header of each type, with the metadata that a camera puts before a JPEG's size. */
const HEADER_BYTES = 192 * 1024;

/** The same picture as TTAPI wants it in most places: `data:image/png;base64,...`. */
export const asDataUrl = ({ mimeType, bytes }: Picture): Base64Text =>
	new Base64Text(bytes, `data:${mimeType};base64,`);

/** Splits a list of binary field names, typed with commas between them. */
export const splitNames = (given: string): string[] =>
	given
		.split(',')
		.map((name) => name.trim())
		.filter((name) => name !== '');

/** The picture in a binary field of an item. Throws an InputError where the item has no such field. */
export function binarySource({ context, index }: InputItem, field: string): PictureSource {
	const what = `The binary field "${field}"`;
	const binary = context.getInputData()[index].binary ?? {};
	if (!Object.hasOwn(binary, field)) throw noSuchField(field, Object.keys(binary));
	return {
		peek: async () => infoOf(await firstBytes(context, binary[field]), what),
		load: async () => toPicture(await context.helpers.getBinaryDataBuffer(index, field), what),
	};
}

/** The picture at a public address: for the endpoints that take no address themselves. */
export function urlSource(downloader: Downloader, address: string): PictureSource {
	const what = `The URL ${address}`;
	return {
		// Loading it twice would cost more than it saves.
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
				MOST_IMAGE_BYTES,
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

/** A picture as text, with or without the `data:` prefix. Throws an InputError if it is none. */
export function base64Source(given: string): PictureSource {
	const base64 = given.replace(/^data:[^,]*,/i, '').replace(/\s+/g, '');
	const what = 'The base64 text';
	if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw notAPicture(what);
	const info = infoOf(Buffer.from(base64.slice(0, (HEADER_BYTES / 3) * 4), 'base64'), what);
	const load = async () => ({ ...info, bytes: Buffer.from(base64, 'base64') });
	return { peek: async () => info, load };
}

/** The beginning of a binary field, without loading the rest of it. */
async function firstBytes(context: IExecuteFunctions, binary: IBinaryData): Promise<Buffer> {
	// Without an id the data itself is in the item.
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
		`The image from ${address} could not be loaded: ${asDownloadError(error).message}`,
		'Use the direct, public URL of an image, or load it in a node before this one and use its binary data.',
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
		`The item has no binary field "${field}"`,
		fields.length > 0
			? `It has: ${fields.join(', ')}. Enter one of them as Input Binary Field.`
			: 'It has no binary data at all. Read or download an image in a node before this one.',
	);
}

function notAPicture(what: string): InputError {
	return new InputError(
		`${what} does not contain an image`,
		'Use a PNG, JPEG, WebP, GIF or BMP image. The type is read from the content, not from the name.',
	);
}
