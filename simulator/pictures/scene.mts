import { randomFrom } from '../random.mts';

/** What one image shows: a landscape made from a seed, and the changes made by actions. */
export interface Scene {
	seed: string;
	/** Other landscapes mixed in, each by its amount from 0 to 1. */
	variants: { seed: string; amount: number }[];
	/** Above 1, more of the landscape is visible. */
	zoom: number;
	/** How far the view has moved, in image widths and heights. */
	panX: number;
	panY: number;
	/** Hue rotation in degrees. */
	tint: number;
}

/** The numbers a landscape is drawn from, each 0 to 1. */
export interface Features {
	hue: number;
	contrast: number;
	hour: number;
	sunX: number;
	sunY: number;
	horizon: number;
	roughness: number;
	phase: number;
	mist: number;
	water: number;
}

export const newScene = (seed: string): Scene => ({
	seed,
	variants: [],
	zoom: 1,
	panX: 0,
	panY: 0,
	tint: 0,
});

/** The same scene, moved towards another one. */
export const vary = (scene: Scene, seed: string, amount: number): Scene => ({
	...scene,
	variants: [...scene.variants, { seed, amount }],
});

/** Four scenes made from one, for a new grid. */
export const four = (make: (index: number) => Scene): Scene[] => [0, 1, 2, 3].map(make);

export function featuresOf({ seed, variants }: Scene): Features {
	return variants.reduce(
		(features, variant) => mix(features, draw(variant.seed), variant.amount),
		draw(seed),
	);
}

function draw(seed: string): Features {
	const random = randomFrom(`scene ${seed}`);
	return {
		hue: random(),
		contrast: random(),
		hour: random(),
		sunX: random(),
		sunY: random(),
		horizon: random(),
		roughness: random(),
		phase: random(),
		mist: random(),
		water: random(),
	};
}

function mix(from: Features, to: Features, amount: number): Features {
	const mixed = { ...from };
	for (const key of Object.keys(from) as (keyof Features)[]) {
		mixed[key] = from[key] + (to[key] - from[key]) * amount;
	}
	return mixed;
}
