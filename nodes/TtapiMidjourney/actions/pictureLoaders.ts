import {
	fromBase64,
	fromBinary,
	fromUrl,
	requireBinary,
	splitList,
	splitNames,
	type ImageSource,
	type Picture,
} from '../images/readPictures';
import { InputError } from '../jobs/errors';
import type { PictureParameters } from './fields/pictures';
import type { Item } from './item';
import type { Tools } from './operation';

/**
 * How to load each picture that the item names, in order. What can be told without loading is checked here: a field
 * that is not there, a text that is no picture. Loading is left for the moment of the submit, so that the pictures of
 * many items are not all in memory at once.
 */
export function pictureLoaders(
	item: Item,
	tools: Tools,
	parameters: PictureParameters,
): Array<() => Promise<Picture>> {
	const source = item.text(parameters.source) as ImageSource;
	const given = givenPictures(item, source, parameters);
	if (source === 'url') return given.map((url) => async () => await fromUrl(tools, url));
	if (source === 'base64') {
		return given.map(fromBase64).map((picture) => async () => picture);
	}
	for (const field of given) requireBinary(item, field);
	return given.map((field) => async () => await fromBinary(item, field));
}

/** The loader of the one picture that the operation takes. */
export function pictureLoader(
	item: Item,
	tools: Tools,
	parameters: PictureParameters,
): () => Promise<Picture> {
	const loaders = pictureLoaders(item, tools, parameters);
	if (loaders.length === 1) return loaders[0];
	throw new InputError(
		`${parameters.label} takes one picture, but got ${loaders.length}`,
		`${parameters.needed}: give exactly one.`,
	);
}

/** The names of binary fields, the addresses or the base64 texts. */
function givenPictures(item: Item, source: ImageSource, parameters: PictureParameters): string[] {
	if (source === 'binary') return splitNames(item.text('binaryPropertyName'));
	const { name } = parameters[source];
	if (parameters.several) return splitList(item.parameter(name));
	// One base64 text may be broken into lines.
	const text = item.text(name);
	return text === '' ? [] : [text];
}
