import { asDataUrl } from '../../images/readPictures';
import type { Base64Text } from '../../transport/base64Text';
import { InputError } from '../../jobs/errors';
import { downloadField, modeField, waitForResultField } from '../../parameters/job';
import { waitOptionsField } from '../../parameters/options';
import { pictureFields, type PictureParameters } from '../../parameters/pictures';
import type { Operation } from '../../run/operation';
import { pictureSources } from '../shared/pictureSources';

const IMAGES: PictureParameters = {
	source: 'imageInput',
	label: 'Images',
	needed: 'Two to five images to blend',
	several: true,
	url: { name: 'imageUrls', label: 'Image URLs' },
	base64: { name: 'imagesBase64', label: 'Images in Base64' },
};

/** POST /midjourney/v1/blend (docs/ttapi.md, Endpoints): one grid from two to five pictures. */
export const blend: Operation = {
	name: 'Blend',
	action: 'Blend images',
	description: 'Blend two to five images into a grid of four new ones. Costs quota.',
	fields: [
		...pictureFields(IMAGES),
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
			description: 'The aspect ratio of the new images',
		},
		modeField,
		waitForResultField,
		downloadField,
		waitOptionsField('getUImages'),
	],

	prepare(item, tools) {
		const sources = pictureSources(item, tools, IMAGES);
		if (sources.length < 2 || sources.length > 5) {
			throw new InputError(
				`Blend takes 2 to 5 images, but got ${sources.length}`,
				'Enter the names of the binary fields separated by commas, or one URL or one base64 text per line.',
			);
		}
		const { mode } = item;
		const dimensions = item.text('dimensions');
		return {
			kind: 'submit',
			path: '/midjourney/v1/blend',
			family: 'image',
			action: 'blend',
			check: async () => {
				for (const source of sources) await source.peek();
			},
			body: async () => {
				const imgBase64Array: Base64Text[] = [];
				// One after another: from another host, all at once would be a burden.
				for (const source of sources) imgBase64Array.push(asDataUrl(await source.load()));
				return { imgBase64Array, dimensions, mode, ...item.separateImages() };
			},
		};
	},
};
