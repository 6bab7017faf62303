import {
	base64Source,
	binarySource,
	urlSource,
	type PictureSource,
} from '../../images/readPictures';
import { InputError } from '../../jobs/errors';
import type { Item } from '../../parameters/item';
import type { PictureParameters } from '../../parameters/pictures';
import type { Tools } from '../../run/operation';

/**
 * The pictures that the item names, in order, not loaded yet: that is left for the moment before the submit, so that the
 * pictures of many items are not all in memory at once. Throws an InputError for a field that is not there and for a
 * text that is no picture.
 */
export function pictureSources(
	item: Item,
	tools: Tools,
	{ source, binary, url, base64 }: PictureParameters,
): PictureSource[] {
	switch (item.get(source)) {
		case 'url':
			return item.get(url).map((address) => urlSource(tools, address));
		case 'base64':
			return item.get(base64).map(base64Source);
		default:
			return item.get(binary).map((field) => binarySource(item, field));
	}
}

/** The one picture that the operation takes. */
export function pictureSource(
	item: Item,
	tools: Tools,
	parameters: PictureParameters,
): PictureSource {
	const sources = pictureSources(item, tools, parameters);
	if (sources.length === 1) return sources[0];
	throw new InputError(
		`${parameters.label} takes one image, but got ${sources.length}`,
		`${parameters.needed}: give exactly one.`,
	);
}
