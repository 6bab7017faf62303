import type { Scene } from './scene.mts';

/** What a job's picture shows. It is drawn when it is first requested. */
export interface Picture {
	/** Four for a grid (top left, top right, bottom left, bottom right), one for a single image. */
	scenes: Scene[];
	/** Width divided by height. */
	ratio: number;
	/** Size of a single image relative to a quarter of a grid. */
	factor: number;
	prompt: string;
	/** Label in the corner of a single image, such as U1. Images of a grid are numbered instead. */
	label: string;
}

/** The parts of a grid, in the order of U1 to U4. */
export const quarters = ['tl', 'tr', 'bl', 'br'];

export const isGrid = (picture: Picture) => picture.scenes.length === 4;

/** Midjourney's widest ratio is 14:1, its tallest 1:14. */
const maxRatio = 14;

export const withinLimits = (ratio: number) => Math.min(Math.max(ratio, 1 / maxRatio), maxRatio);

/** The ratio set by `--ar 3:2` or `--aspect 3:2` in a prompt, else 1. */
export function ratioOf(prompt: string): number {
	const [, width, height] = /--(?:ar|aspect)\s+(\d+):(\d+)/.exec(prompt) ?? [];
	const ratio = Number(width) / Number(height);
	return Number.isFinite(ratio) && ratio > 0 ? withinLimits(ratio) : 1;
}

/** The size of a picture in pixels. `pictureSize` is the longer side of a grid. */
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
