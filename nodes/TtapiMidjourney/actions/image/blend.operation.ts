import { asDataUrl } from '../../images/readPictures';
import { InputError } from '../../jobs/errors';
import { download, mode, waitForResult } from '../../parameters/job';
import { TIMED_OPTIONS, getUImages } from '../../parameters/options';
import { choice } from '../../parameters/parameter';
import { fieldsOf, pictures } from '../../parameters/pictures';
import { separateImages } from '../../parameters/settings';
import type { Operation } from '../../run/operation';
import type { Base64Text } from '../../transport/jsonBytes';
import { pictureSources } from '../shared/pictureSources';

const images = pictures({
	what: 'image',
	needed: 'Two to five images to blend',
	several: true,
});

const dimensions = choice({
	name: 'dimensions',
	label: 'Dimensions',
	help: 'The aspect ratio of the new images',
	choices: [
		{ name: 'Landscape (3:2)', value: 'LANDSCAPE' },
		{ name: 'Portrait (2:3)', value: 'PORTRAIT' },
		{ name: 'Square (1:1)', value: 'SQUARE' },
	],
	default: 'SQUARE',
});

/** POST /midjourney/v1/blend (docs/ttapi.md, Endpoints): one grid from two to five pictures. */
export const blend: Operation = {
	name: 'Blend',
	action: 'Blend images',
	description: 'Blend two to five images into a grid of four new ones. Costs quota.',
	kinds: [{ value: 'blend', name: 'Blend' }],
	parameters: [
		...fieldsOf(images),
		dimensions,
		mode,
		waitForResult,
		download,
		...TIMED_OPTIONS,
		getUImages,
	],

	prepare(item, tools) {
		const sources = pictureSources(item, tools, images);
		if (sources.length < 2 || sources.length > 5) {
			throw new InputError(
				`Blend takes 2 to 5 images, but got ${sources.length}`,
				'Enter the names of the binary fields separated by commas, or one URL or one base64 text per line.',
			);
		}
		const fields = {
			dimensions: item.get(dimensions),
			mode: item.get(mode),
			...separateImages(item),
		};
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
				return { imgBase64Array, ...fields };
			},
		};
	},
};
