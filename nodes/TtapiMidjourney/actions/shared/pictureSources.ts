import {
	base64Source,
	binarySource,
	urlSource,
	type PictureSource,
} from '../../images/readPictures';
import { InputError } from '../../jobs/errors';
import { isDataUrl, quoted } from '../../jobs/quoted';
import type { Item } from '../../parameters/item';
import type { Parameter } from '../../parameters/parameter';
import type { PictureParameters } from '../../parameters/pictures';
import type { Tools } from '../../run/operation';
import { httpUrl, isPrivateHost } from '../../transport/hosts';

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

/** An address that TTAPI is to load. Throws an InputError if it cannot, and if it is empty. */
export function publicUrl(
	item: Item,
	parameter: Parameter<string | string[]>,
	{ allowPrivate }: Tools,
): string {
	const [address = ''] = [item.get(parameter)].flat();
	const url = httpUrl(address);
	if (url && (allowPrivate || !isPrivateHost(url.hostname))) return address;
	const label = `'${parameter.property.displayName}'`;
	const what =
		address === '' ? 'is empty' : `must be a public http(s) URL (got ${quoted(address)})`;
	const elsewhere = isDataUrl(address)
		? ' If there is a field for the input type, choose Base64 for a data: URL.'
		: '';
	throw new InputError(`${label} ${what}`, `Enter the public http(s) URL of an image.${elsewhere}`);
}
