import { createHash } from 'node:crypto';
import { choice, isDataUri } from '../requests/fields.mts';
import { emptyField, wrongField } from '../requests/refusal.mts';
import { submitEndpoint } from './endpoint.mts';
import { gridFor, gridJob } from './imagine.mts';

const dimensions = { PORTRAIT: 2 / 3, SQUARE: 1, LANDSCAPE: 3 / 2 };
const dimensionNames = Object.keys(dimensions) as (keyof typeof dimensions)[];

/** A grid of four images from two to five pictures. */
export const blend = submitEndpoint({
	name: 'blend',
	path: '/midjourney/v1/blend',
	plan(body, ttapi) {
		const pictures = picturesOf(body.imgBase64Array);
		const ratio = dimensions[choice(body, 'dimensions', dimensionNames, 'SQUARE')];
		const content = createHash('sha256').update(pictures.join()).digest('hex');
		const caption = `a blend of ${pictures.length} pictures`;
		const picture = gridFor(caption, ttapi.seedFor(`blend ${content}`), ratio);
		return gridJob(body, 'blend', picture);
	},
});

function picturesOf(pictures: unknown): string[] {
	const field = 'imgBase64Array';
	if (pictures === undefined || pictures === null) throw emptyField(field);
	if (!Array.isArray(pictures) || pictures.length < 2 || pictures.length > 5) {
		throw wrongField(field, 'It must be a list of two to five pictures.');
	}
	if (!pictures.every(isDataUri)) {
		throw wrongField(field, 'Every picture must start with data:image/png;base64, or similar.');
	}
	return pictures;
}
