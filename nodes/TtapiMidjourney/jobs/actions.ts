/** A next step that a finished job offers. */
export interface OfferedAction {
	/** What TTAPI calls it. */
	value: string;
	/** What Midjourney writes on its button. */
	label: string;
}

/** Vary (Region) is a button under an image, but an endpoint of its own: inpaint. */
export const REGION = 'vary_region';

/** TTAPI's names for Midjourney's buttons and what is on them, in the order of the buttons under an image (docs/ttapi.md, Actions). */
export const ACTION_LABELS: ReadonlyMap<string, string> = new Map([
	...[1, 2, 3, 4].map((n) => [`upsample${n}`, `Upscale ${n} (U${n})`] as const),
	...[1, 2, 3, 4].map((n) => [`variation${n}`, `Variation ${n} (V${n})`] as const),
	['reroll', 'Reroll'],
	['upscale_subtle', 'Upscale (Subtle)'],
	['upscale_creative', 'Upscale (Creative)'],
	['upscale2', 'Upscale (2x)'],
	['upscale4', 'Upscale (4x)'],
	['redo_upscale_subtle', 'Redo Upscale (Subtle)'],
	['redo_upscale_creative', 'Redo Upscale (Creative)'],
	['redo_upscale2', 'Redo Upscale (2x)'],
	['redo_upscale4', 'Redo Upscale (4x)'],
	['low_variation', 'Vary (Subtle)'],
	['high_variation', 'Vary (Strong)'],
	['zoom_out_2', 'Zoom Out 2x'],
	['zoom_out_1_5', 'Zoom Out 1.5x'],
	['pan_left', 'Pan Left'],
	['pan_right', 'Pan Right'],
	['pan_up', 'Pan Up'],
	['pan_down', 'Pan Down'],
	['make_square', 'Make Square'],
]);

/** The next steps that a finished job's components name. */
export const labelledActions = (components: string[]): OfferedAction[] =>
	components.map((value) => ({ value, label: labelOf(value) }));

/** Components may also be a button's own words, such as "Custom Zoom", which the action call may not take. */
export const isPressable = (value: string): boolean => value !== REGION && /^\w+$/.test(value);

/** What the editor calls an action; of one that is no button, its own words. */
export function labelOf(value: string): string {
	if (value === REGION) return 'Vary (Region)';
	return (
		ACTION_LABELS.get(value) ??
		value.replaceAll('_', ' ').replace(/\b[a-z]/g, (letter) => letter.toUpperCase())
	);
}
