import { OPTIONS } from './options';
import { choice, text } from './parameter';

export const animateMode = choice({
	name: 'animateMode',
	in: OPTIONS,
	label: 'Animate Mode',
	help: 'How the extension is animated',
	choices: [
		{ name: 'Automatic', value: 'auto', description: 'Midjourney decides' },
		{ name: 'Manual', value: 'manual', description: 'By the prompt of the earlier job' },
	],
	default: 'auto',
	unset: undefined,
});

export const endingUrl = text({
	name: 'endingUrl',
	in: OPTIONS,
	label: 'Ending Image URL',
	help: 'Public URL of the image that the video ends with',
	shown: { placeholder: 'e.g. https://example.com/last-frame.png' },
});

export const motion = choice({
	name: 'motion',
	in: OPTIONS,
	label: 'Motion',
	help: 'How much moves in the video',
	choices: [
		{ name: 'Low', value: 'low', description: 'Slight movement, mostly still camera' },
		{ name: 'High', value: 'high', description: 'Strong subject and camera movement' },
	],
	default: 'low',
	unset: undefined,
});

export const resolution = choice({
	name: 'resolution',
	in: OPTIONS,
	label: 'Resolution',
	help: 'Video resolution',
	choices: [
		{ name: 'HD', value: 'hd' },
		{ name: 'SD', value: 'sd' },
	],
	default: 'sd',
	unset: undefined,
});

export const videoCount = choice({
	name: 'videoCount',
	in: OPTIONS,
	label: 'Number of Videos',
	help: 'How many videos to generate',
	choices: [1, 2, 4].map((value) => ({ name: String(value), value })),
	default: 4,
	unset: undefined,
});
