import { maskPng } from '../../images/maskPng';
import type { PictureSource } from '../../images/readPictures';
import { InputError } from '../../jobs/errors';
import type { Job } from '../../jobs/job';
import type { Item } from '../../parameters/item';
import { rectangles, rectangleUnit } from '../../parameters/pictures';

/** Sums of fractions are a little off: one rectangle ends where the next one begins. */
const ROUNDING = 1e-6;

/**
 * The item's rectangles as a mask of the job's own size, drawn when it is loaded: until then it takes no memory. Throws an
 * InputError for what is no rectangle; so does `peek` for one that reaches beyond the image.
 */
export function rectangleMask(item: Item, findJob: () => Promise<Job>): PictureSource {
	const unit = item.get(rectangleUnit);
	const given = item.get(rectangles);
	const outline = async () => {
		const { jobId, width, height } = await findJob();
		if (!width || !height) {
			throw new InputError(
				`TTAPI does not say how large the image of job ${jobId} is, so no mask can be drawn for it`,
				'Choose another Mask Input Type and pass a mask of its size. This item was not submitted.',
			);
		}
		const most = unit === 'percent' ? { width: 100, height: 100 } : { width, height };
		const toColumn = (x: number) => Math.round((x / most.width) * width + ROUNDING);
		const toRow = (y: number) => Math.round((y / most.height) * height + ROUNDING);
		const regions = given.map(({ x, y, width: wide, height: high }, index) => {
			if (x + wide > most.width + ROUNDING || y + high > most.height + ROUNDING) {
				throw new InputError(
					`Rectangle ${index + 1} reaches beyond the image`,
					`In ${unit}, X + Width may be ${most.width} at most, and Y + Height ${most.height}. This item was not submitted.`,
				);
			}
			const region = {
				left: toColumn(x),
				top: toRow(y),
				right: toColumn(x + wide),
				bottom: toRow(y + high),
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
		peek: async () => {
			const { width, height } = await outline();
			return { mimeType: 'image/png', width, height };
		},
		load: async () => {
			const { width, height, regions } = await outline();
			const bytes = await maskPng(width, height, regions);
			return { mimeType: 'image/png', width, height, bytes };
		},
	};
}
