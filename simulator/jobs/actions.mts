import { isGrid, withinLimits, type Picture } from '../pictures/picture.mts';
import { four, newScene, vary, type Scene } from '../pictures/scene.mts';

/** Makes a new picture from the one an action is applied to; `seed` is new each time. */
type Action = (original: Picture, seed: string) => Picture;

const grid = (original: Picture, scenes: Scene[], ratio = original.ratio): Picture => ({
	...original,
	scenes,
	ratio: withinLimits(ratio),
	factor: 1,
	label: '',
});

const upsample =
	(index: number): Action =>
	(original) => ({
		...original,
		scenes: [original.scenes[index]],
		factor: 1,
		label: `U${index + 1}`,
	});

/** Four variations of one image. */
const variation =
	(amount: number, index = 0): Action =>
	(original, seed) =>
		grid(
			original,
			four((number) => vary(original.scenes[index], `${seed} ${number}`, amount)),
		);

const upscale =
	(factor: number, tint: number, label: string): Action =>
	(original) => ({
		...original,
		scenes: [{ ...original.scenes[0], tint: original.scenes[0].tint + tint }],
		factor,
		label,
	});

/** Four images of a wider view, each with its own surroundings. */
const widen =
	(change: (scene: Scene) => Partial<Scene>, ratio: (ratio: number) => number): Action =>
	(original, seed) => {
		const [scene] = original.scenes;
		const widened = { ...scene, ...change(scene) };
		return grid(
			original,
			four((number) => vary(widened, `${seed} ${number}`, 0.08)),
			ratio(original.ratio),
		);
	};

const zoomOut = (factor: number) =>
	widen(
		({ zoom }) => ({ zoom: zoom * factor }),
		(ratio) => ratio,
	);

const pan = (x: number, y: number) =>
	widen(
		({ panX, panY }) => ({ panX: panX + x / 2, panY: panY + y / 2 }),
		(ratio) => (x === 0 ? ratio / 1.5 : ratio * 1.5),
	);

const indices = [0, 1, 2, 3];

/** The 26 actions and what each makes of a picture. */
export const actions: Record<string, Action> = {
	...Object.fromEntries(indices.map((index) => [`upsample${index + 1}`, upsample(index)])),
	...Object.fromEntries(indices.map((index) => [`variation${index + 1}`, variation(0.35, index)])),
	high_variation: variation(0.6),
	low_variation: variation(0.15),
	upscale2: upscale(2, 0, '2x'),
	upscale4: upscale(4, 0, '4x'),
	upscale_subtle: upscale(2, 0, 'Subtle'),
	upscale_creative: upscale(2, 14, 'Creative'),
	redo_upscale2: upscale(2, 0, '2x'),
	redo_upscale4: upscale(4, 0, '4x'),
	redo_upscale_subtle: upscale(2, -6, 'Subtle'),
	redo_upscale_creative: upscale(2, 20, 'Creative'),
	zoom_out_2: zoomOut(2),
	zoom_out_1_5: zoomOut(1.5),
	pan_left: pan(-1, 0),
	pan_right: pan(1, 0),
	pan_up: pan(0, -1),
	pan_down: pan(0, 1),
	make_square: widen(
		() => ({}),
		() => 1,
	),
	reroll: (original, seed) =>
		grid(
			original,
			four((number) => newScene(`${seed} ${number}`)),
		),
};

/** The `components` of a finished picture. Not all of them are actions that the API accepts. */
export function componentsOf(picture: Picture): string[] {
	if (isGrid(picture)) {
		return [
			...indices.map((index) => `upsample${index + 1}`),
			...indices.map((index) => `variation${index + 1}`),
			'reroll',
		];
	}
	const isVersion5 = /--(v|version|niji)\s+5/.test(picture.prompt);
	const upscales = isVersion5 ? ['upscale2', 'upscale4'] : ['upscale_subtle', 'upscale_creative'];
	return [
		...(picture.factor > 1 ? upscales.map((name) => `redo_${name}`) : upscales),
		'low_variation',
		'high_variation',
		'vary_region',
		'zoom_out_2',
		'zoom_out_1_5',
		'Custom Zoom',
		'pan_left',
		'pan_right',
		'pan_up',
		'pan_down',
		...(picture.ratio === 1 ? [] : ['make_square']),
	];
}

/** The four new images of inpaint. */
export const repaint: Action = variation(0.25);
