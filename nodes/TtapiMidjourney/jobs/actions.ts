/** An action that a finished job offers. */
export interface OfferedAction {
	/** TTAPI's name for it. */
	value: string;
	/** The text on Midjourney's button. */
	label: string;
}

/** Vary (Region): a button at Midjourney, but an endpoint of its own at TTAPI (inpaint). */
export const REGION = 'vary_region';

/** Midjourney's button texts by TTAPI's action names, in the order of the buttons (docs/ttapi.md, Actions). */
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

/** The actions in a finished job's `components`, with labels. */
export const labelledActions = (components: string[]): OfferedAction[] =>
	components.map((value) => ({ value, label: labelOf(value) }));

/** An action's label in the editor. One that is not known gets a label made of its own words. */
export function labelOf(value: string): string {
	if (value === REGION) return 'Vary (Region)';
	return (
		ACTION_LABELS.get(value) ??
		value.replaceAll('_', ' ').replace(/\b[a-z]/g, (letter) => letter.toUpperCase())
	);
}
