import {
	asDataUrl,
	fromBase64,
	fromBinary,
	fromUrl,
	requireBinary,
	splitList,
	splitNames,
	type ImageSource,
	type Picture,
} from '../../images/readPictures';
import { InputError } from '../../jobs/errors';
import { downloadField, modeField, waitForResultField } from '../fields/job';
import { optionsField, WAIT_OPTIONS } from '../fields/options';
import { pictureFields } from '../fields/pictures';
import { showFor } from '../fields/show';
import type { Item } from '../item';
import type { Operation, Tools } from '../operation';

const NEEDED = 'Two to five pictures to blend';

/** POST /midjourney/v1/blend (ttapi-api.md 2, 4): one grid from two to five pictures. */
export const blend: Operation = {
	description: showFor('image', 'blend', [
		...pictureFields({
			source: 'imageInput',
			label: 'Images',
			needed: NEEDED,
			url: { name: 'imageUrls', label: 'Image URLs', several: true },
			base64: { name: 'imagesBase64', label: 'Images in Base64', several: true },
		}),
		{
			displayName: 'Dimensions',
			name: 'dimensions',
			type: 'options',
			options: [
				{ name: 'Landscape (3:2)', value: 'LANDSCAPE' },
				{ name: 'Portrait (2:3)', value: 'PORTRAIT' },
				{ name: 'Square (1:1)', value: 'SQUARE' },
			],
			default: 'SQUARE',
			description: 'The aspect ratio of the new pictures',
		},
		modeField,
		waitForResultField,
		downloadField,
		optionsField([...WAIT_OPTIONS, 'getUImages']),
	]),

	prepare(item, tools) {
		const loads = picturesOf(item, tools);
		if (loads.length < 2 || loads.length > 5) {
			throw new InputError(
				`Blend takes 2 to 5 pictures, but got ${loads.length}`,
				'Name the binary fields with commas between them, or give one address or one base64 text a line.',
			);
		}
		const { mode } = item;
		const dimensions = item.text('dimensions');
		return {
			kind: 'submit',
			path: '/midjourney/v1/blend',
			family: 'image',
			action: 'blend',
			body: async () => {
				const imgBase64Array: string[] = [];
				// One after another: the body is large enough without all the buffers at once.
				for (const load of loads) imgBase64Array.push(asDataUrl(await load()));
				return { imgBase64Array, dimensions, mode, ...item.separateImages() };
			},
		};
	},
};

/** How to load each picture; what can be checked without loading is checked here. */
function picturesOf(item: Item, tools: Tools): Array<() => Promise<Picture>> {
	const source = item.text('imageInput') as ImageSource;
	if (source === 'url') {
		return splitList(item.parameter('imageUrls')).map(
			(url) => async () => await fromUrl(tools, url),
		);
	}
	if (source === 'base64') {
		return splitList(item.parameter('imagesBase64')).map((text) => async () => fromBase64(text));
	}
	const fields = splitNames(item.text('binaryPropertyName'));
	for (const field of fields) requireBinary(item, field);
	return fields.map((field) => async () => await fromBinary(item, field));
}
