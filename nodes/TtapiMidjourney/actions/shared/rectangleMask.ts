import { maskPng, type Region } from '../../images/maskPng';
import type { PictureSource } from '../../images/readPictures';
import { InputError } from '../../jobs/errors';
import { type Job } from '../../jobs/job';
import { isRecord } from '../../jobs/json';
import type { Item } from '../../parameters/item';

type Rectangle = Record<'x' | 'y' | 'width' | 'height', number>;

/** So far a sum of fractions may be off: one rectangle ends where the next one begins. */
const NOISE = 1e-6;

/**
 * The item's rectangles as a mask of the job's own size, drawn when it is loaded: until then it takes no memory. Throws an
 * InputError for what is no rectangle; so does `peek` for one that the image does not have.
 */
export function rectangleMask(item: Item, findJob: () => Promise<Job>): PictureSource {
	const unit = item.choice('Rectangle Unit', item.text('rectangleUnit'), ['percent', 'pixels']);
	const rectangles = readRectangles(item.parameter('rectangles'));
	const outline = async () => {
		const { jobId, width, height } = await findJob();
		if (!width || !height) {
			throw new InputError(
				`TTAPI does not say how large the image of job ${jobId} is, so no mask can be drawn for it`,
				'Choose another Mask Input Type and pass a mask of its size. This item was not submitted.',
			);
		}
		const most = unit === 'percent' ? { width: 100, height: 100 } : { width, height };
		const regions = rectangles.map((rectangle, index): Region => {
			const right = rectangle.x + rectangle.width;
			const bottom = rectangle.y + rectangle.height;
			if (right > most.width + NOISE || bottom > most.height + NOISE) {
				throw new InputError(
					`Rectangle ${index + 1} reaches beyond the image`,
					`In ${unit}, X + Width may be ${most.width} at most, and Y + Height ${most.height}. This item was not submitted.`,
				);
			}
			const toColumn = (x: number) => Math.round((x / most.width) * width + NOISE);
			const toRow = (y: number) => Math.round((y / most.height) * height + NOISE);
			const region = {
				left: toColumn(rectangle.x),
				top: toRow(rectangle.y),
				right: toColumn(right),
				bottom: toRow(bottom),
			};
			if (region.left < region.right && region.top < region.bottom) return region;
			throw new InputError(
				`Rectangle ${index + 1} covers no pixel of the image`,
				'Raise its Width and Height. This item was not submitted.',
			);
		});
		return { width, height, regions };
	};
	return {
		peek: async () => void (await outline()),
		load: async () => {
			const { width, height, regions } = await outline();
			const bytes = await maskPng(width, height, regions);
			return { mimeType: 'image/png', width, height, bytes };
		},
	};
}

function readRectangles(given: unknown): Rectangle[] {
	const entries = isRecord(given) ? given.rectangle : undefined;
	if (!Array.isArray(entries) || entries.length === 0) {
		throw new InputError(
			'There is no rectangle to repaint',
			'Add a rectangle, or choose another Mask Input Type.',
		);
	}
	return entries.map((entry, index) => {
		const read = (edge: keyof Rectangle) => {
			const value: unknown = isRecord(entry) ? entry[edge] : undefined;
			const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
			const isLength = edge === 'width' || edge === 'height';
			if (typeof number === 'number' && number < Infinity && (isLength ? number > 0 : number >= 0))
				return number;
			throw new InputError(
				`The ${edge} of rectangle ${index + 1} is ${typeof value === 'string' ? `"${value}"` : String(value)}`,
				'Use numbers: X and Y from 0, Width and Height greater than 0.',
			);
		};
		return { x: read('x'), y: read('y'), width: read('width'), height: read('height') };
	});
}
