import { ACTION_LABELS } from '../jobs/actions';

/** What each button does, for the editor. */
const HELP: Record<string, string> = {
	...Object.fromEntries(
		[1, 2, 3, 4].flatMap((n) => [
			[`upsample${n}`, `Take image ${n} of the grid as an image of its own`],
			[`variation${n}`, `Make four new images like image ${n} of the grid`],
		]),
	),
	reroll: 'Make four new images from the same prompt',
	upscale_subtle: 'Double the size and keep the details (version 6 and later)',
	upscale_creative: 'Double the size and add details (version 6 and later)',
	upscale2: 'Double the size (version 5)',
	upscale4: 'Four times the size (version 5)',
	redo_upscale_subtle: 'Upscale once more, keeping the details (version 6 and later)',
	redo_upscale_creative: 'Upscale once more, adding details (version 6 and later)',
	redo_upscale2: 'Double the size once more (version 5)',
	redo_upscale4: 'Four times the size once more (version 5)',
	low_variation: 'Make four images that differ a little',
	high_variation: 'Make four images that differ much',
	zoom_out_2: 'Widen the view two times around the image',
	zoom_out_1_5: 'Widen the view one and a half times around the image',
	pan_left: 'Extend the image to the left',
	pan_right: 'Extend the image to the right',
	pan_up: 'Extend the image upwards',
	pan_down: 'Extend the image downwards',
	make_square: 'Extend the image to a square',
};

/** Every action that TTAPI documents, as a list in the editor. */
export const ACTIONS: ReadonlyArray<{ value: string; name: string; description: string }> = [
	...ACTION_LABELS,
].map(([value, name]) => ({ value, name, description: HELP[value] }));
