import { ACTION_LABELS } from '../jobs/actions';
import { choice, required, type DescribedChoice, type Parameter } from './parameter';
import { findChoice, readText } from './read';

/** What each action does, for the editor. */
const HELP: Record<string, string> = {
	...Object.fromEntries(
		[1, 2, 3, 4].flatMap((n) => [
			[`upsample${n}`, `Get image ${n} of the grid as a separate image`],
			[`variation${n}`, `Create four new images like image ${n} of the grid`],
		]),
	),
	reroll: 'Create four new images from the same prompt',
	upscale_subtle: 'Double the size and keep the details (version 6 and later)',
	upscale_creative: 'Double the size and add details (version 6 and later)',
	upscale2: 'Double the size (version 5)',
	upscale4: 'Enlarge to four times the size (version 5)',
	redo_upscale_subtle: 'Upscale once more, keeping the details (version 6 and later)',
	redo_upscale_creative: 'Upscale once more, adding details (version 6 and later)',
	redo_upscale2: 'Double the size once more (version 5)',
	redo_upscale4: 'Enlarge to four times the size once more (version 5)',
	low_variation: 'Create four slightly different images',
	high_variation: 'Create four clearly different images',
	zoom_out_2: 'Zoom out 2x and fill in the surroundings',
	zoom_out_1_5: 'Zoom out 1.5x and fill in the surroundings',
	pan_left: 'Extend the image to the left',
	pan_right: 'Extend the image to the right',
	pan_up: 'Extend the image upwards',
	pan_down: 'Extend the image downwards',
	make_square: 'Extend the image to a square',
};

/** Every action that TTAPI documents, as a list in the editor. */
export const ACTIONS: ReadonlyArray<DescribedChoice<string>> = [...ACTION_LABELS].map(
	([value, name]) => ({ value, name, description: HELP[value] }),
);

const listed = choice<string>({
	name: 'action',
	label: 'Action',
	help: 'The action to run. Use an expression for one that is not listed.',
	choices: ACTIONS,
	default: 'upsample1',
});

/** One of the list, or what an expression gives: TTAPI may know newer ones. */
export const action: Parameter<string> = required(
	{
		...listed,
		read: (given) => findChoice(given, ACTIONS) ?? readText('Action', given),
	},
	'Choose the action to run, for example upsample1.',
);
