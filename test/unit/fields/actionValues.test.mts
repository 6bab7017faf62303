import { expect, test } from '@jest/globals';

import { ACTIONS } from '../../../nodes/TtapiMidjourney/fields/actionValues.ts';

const label = (value: string) => ACTIONS.find((action) => action.value === value)?.name;

test('there are the 26 values of /action, each once', () => {
	const values = ACTIONS.map(({ value }) => value);
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

test.each([
	['upsample1', /Upscale 1 \(U1\)/],
	['upsample4', /Upscale 4 \(U4\)/],
	['variation2', /\(V2\)/],
	['high_variation', /Vary \(Strong\)/],
	['low_variation', /Vary \(Subtle\)/],
	['upscale_subtle', /^Upscale \(Subtle\)/],
	['upscale_creative', /^Upscale \(Creative\)/],
	['zoom_out_1_5', /1\.5x/],
	['zoom_out_2', /2x/],
	['pan_left', /Left/],
	['make_square', /Make Square/],
	['reroll', /Reroll/],
])("%s is labelled as Midjourney's button", (value, name) => {
	expect(label(value)).toMatch(name);
});

test('they stand in the order of the buttons: U1 to U4, V1 to V4, then the others', () => {
	expect(ACTIONS.slice(0, 9).map(({ value }) => value)).toEqual([
		...[1, 2, 3, 4].map((n) => `upsample${n}`),
		...[1, 2, 3, 4].map((n) => `variation${n}`),
		'reroll',
	]);
});

test('each has a label and a help text of its own', () => {
	expect(new Set(ACTIONS.map(({ name }) => name)).size).toBe(26);
	expect(new Set(ACTIONS.map(({ description }) => description)).size).toBe(26);
});
