/** Midjourney's buttons and TTAPI's names for them, in the order of the buttons under an image (docs/ttapi.md, Actions). */
export const ACTIONS: ReadonlyArray<{ value: string; name: string; description: string }> = [
	...[1, 2, 3, 4].map((n) => ({
		value: `upsample${n}`,
		name: `Upscale ${n} (U${n})`,
		description: `Take image ${n} of the grid as an image of its own`,
	})),
	...[1, 2, 3, 4].map((n) => ({
		value: `variation${n}`,
		name: `Variation ${n} (V${n})`,
		description: `Make four new images like image ${n} of the grid`,
	})),
	{ value: 'reroll', name: 'Reroll', description: 'Make four new images from the same prompt' },
	{
		value: 'upscale_subtle',
		name: 'Upscale (Subtle)',
		description: 'Double the size and keep the details (version 6 and later)',
	},
	{
		value: 'upscale_creative',
		name: 'Upscale (Creative)',
		description: 'Double the size and add details (version 6 and later)',
	},
	{ value: 'upscale2', name: 'Upscale (2x)', description: 'Double the size (version 5)' },
	{ value: 'upscale4', name: 'Upscale (4x)', description: 'Four times the size (version 5)' },
	{
		value: 'redo_upscale_subtle',
		name: 'Redo Upscale (Subtle)',
		description: 'Upscale once more, keeping the details (version 6 and later)',
	},
	{
		value: 'redo_upscale_creative',
		name: 'Redo Upscale (Creative)',
		description: 'Upscale once more, adding details (version 6 and later)',
	},
	{
		value: 'redo_upscale2',
		name: 'Redo Upscale (2x)',
		description: 'Double the size once more (version 5)',
	},
	{
		value: 'redo_upscale4',
		name: 'Redo Upscale (4x)',
		description: 'Four times the size once more (version 5)',
	},
	{
		value: 'low_variation',
		name: 'Vary (Subtle)',
		description: 'Make four images that differ a little',
	},
	{
		value: 'high_variation',
		name: 'Vary (Strong)',
		description: 'Make four images that differ much',
	},
	{
		value: 'zoom_out_2',
		name: 'Zoom Out 2x',
		description: 'Widen the view two times around the image',
	},
	{
		value: 'zoom_out_1_5',
		name: 'Zoom Out 1.5x',
		description: 'Widen the view one and a half times around the image',
	},
	{ value: 'pan_left', name: 'Pan Left', description: 'Extend the image to the left' },
	{ value: 'pan_right', name: 'Pan Right', description: 'Extend the image to the right' },
	{ value: 'pan_up', name: 'Pan Up', description: 'Extend the image upwards' },
	{ value: 'pan_down', name: 'Pan Down', description: 'Extend the image downwards' },
	{
		value: 'make_square',
		name: 'Make Square',
		description: 'Extend the image to a square',
	},
];
