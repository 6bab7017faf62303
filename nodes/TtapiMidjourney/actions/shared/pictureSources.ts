import {
	IMAGE_SOURCES,
	base64Source,
	binarySource,
	splitNames,
	urlSource,
	type ImageSource,
	type PictureSource,
} from '../../images/readPictures';
import { InputError } from '../../jobs/errors';
import { splitList } from '../../prompts/splitList';
import type { PictureParameters } from '../../parameters/pictures';
import type { Item } from '../../parameters/item';
import type { Tools } from '../../run/operation';

/**
 * The pictures that the item names, in order, not loaded yet: that is left for the moment of the submit, so that the
 * pictures of many items are not all in memory at once. Throws an InputError for a field that is not there and for a
 * text that is no picture.
 */
export function pictureSources(
	item: Item,
	tools: Tools,
	parameters: PictureParameters,
): PictureSource[] {
	const source = chosenSource(item, parameters);
	const given = givenPictures(item, source, parameters);
	if (source === 'url') return given.map((url) => urlSource(tools, url));
	if (source === 'base64') return given.map(base64Source);
	return given.map((field) => binarySource(item, field));
}

function chosenSource(item: Item, { label, source }: PictureParameters): ImageSource {
	const value = item.text(source);
	const found = IMAGE_SOURCES.find((each) => each === value);
	if (found) return found;
	// Rectangles are no picture: who takes them has looked for them before.
	const others = source === 'maskInput' ? ['rectangles'] : [];
	return item.choice(label, value, [...IMAGE_SOURCES, ...others]) as ImageSource;
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

/** The names of binary fields, the addresses or the base64 texts. */
function givenPictures(item: Item, source: ImageSource, parameters: PictureParameters): string[] {
	if (source === 'binary') return splitNames(item.text('binaryPropertyName'));
	const { name } = parameters[source];
	if (parameters.several) return splitList(item.parameter(name));
	// One base64 text may be broken into lines.
	const text = item.text(name);
	return text === '' ? [] : [text];
}
