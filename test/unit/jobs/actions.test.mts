import { describe, expect, test } from '@jest/globals';

import { ACTION_LABELS, labelledActions } from '../../../nodes/TtapiMidjourney/jobs/actions.ts';

test('there are the 26 values of /action, each once', () => {
	const values = [...ACTION_LABELS.keys()];
	expect(new Set(values).size).toBe(26);
	expect([...values].sort()).toEqual(
		[
			...[1, 2, 3, 4].flatMap((n) => [`upsample${n}`, `variation${n}`]),
			...['high_variation', 'low_variation', 'upscale2', 'upscale4'],
			...['upscale_subtle', 'upscale_creative', 'redo_upscale2', 'redo_upscale4'],
			...['redo_upscale_subtle', 'redo_upscale_creative', 'zoom_out_2', 'zoom_out_1_5'],
			...['pan_left', 'pan_right', 'pan_up', 'pan_down', 'make_square', 'reroll'],
		].sort(),
	);
});

describe("an action that a job offers has the words of Midjourney's button:", () => {
	test.each([
		['upsample1', 'Upscale 1 (U1)'],
		['upsample4', 'Upscale 4 (U4)'],
		['variation2', 'Variation 2 (V2)'],
		['high_variation', 'Vary (Strong)'],
		['low_variation', 'Vary (Subtle)'],
		['upscale_subtle', 'Upscale (Subtle)'],
		['zoom_out_1_5', 'Zoom Out 1.5x'],
		['pan_left', 'Pan Left'],
		['make_square', 'Make Square'],
		['reroll', 'Reroll'],
		['vary_region', 'Vary (Region)'],
		['some_new_button', 'Some New Button'],
		['animate2_high', 'Animate2 High'],
		['Custom Zoom', 'Custom Zoom'],
		['constructor', 'Constructor'],
	])('%s: %s', (value, label) => {
		expect(labelledActions([value])).toEqual([{ value, label }]);
	});

	test('in the order of the components', () => {
		expect(labelledActions(['reroll', 'upsample1']).map(({ value }) => value)).toEqual([
			'reroll',
			'upsample1',
		]);
	});
});
