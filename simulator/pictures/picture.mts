import type { Scene } from './scene.mts';

/** What a job's picture shows, before anybody has drawn it. */
export interface Picture {
	/** Four for a grid (top left, top right, bottom left, bottom right), one for a single image. */
	scenes: Scene[];
	/** Width divided by height. */
	ratio: number;
	/** A single image is as large as a quarter of a grid, times this. */
	factor: number;
	prompt: string;
	/** What the corner says of a single image, such as U1; the images of a grid are numbered. */
	label: string;
}

/** The parts of a grid, in the order of U1 to U4. */
export const quarters = ['tl', 'tr', 'bl', 'br'];

export const isGrid = (picture: Picture) => picture.scenes.length === 4;

/** Midjourney's widest picture, and its tallest. */
const widest = 14;

export const withinLimits = (ratio: number) => Math.min(Math.max(ratio, 1 / widest), widest);

/** The ratio that `--ar 3:2` or `--aspect 3:2` in a prompt asks for, else 1. */
export function ratioOf(prompt: string): number {
	const [, width, height] = /--(?:ar|aspect)\s+(\d+):(\d+)/.exec(prompt) ?? [];
	const ratio = Number(width) / Number(height);
	return Number.isFinite(ratio) && ratio > 0 ? withinLimits(ratio) : 1;
}

/** The size of a picture in pixels, where a grid's longer side is `pictureSize`. */
export function sizeOf(picture: Picture, pictureSize: number): { width: number; height: number } {
	const { ratio, factor } = picture;
	const half = pictureSize / 2;
	const quarter = {
		width: Math.max(Math.round(ratio < 1 ? half * ratio : half), 1),
		height: Math.max(Math.round(ratio > 1 ? half / ratio : half), 1),
	};
	const times = isGrid(picture) ? 2 : factor;
	return { width: quarter.width * times, height: quarter.height * times };
}
