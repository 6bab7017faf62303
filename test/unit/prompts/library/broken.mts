/**
 * 60 prompts as people get them wrong, each for one reason, by Midjourney's documented rules. Written apart from the linter, from
 * Midjourney's documentation (docs.midjourney.com): Parameter List ("Using Parameters" and the full list), Aspect Ratio,
 * Chaos / Variety, Image Prompts, Style Reference, Character Reference, Omni Reference, Quality, Repeat, Seeds, Stylize, Weird,
 * Version, Draft & Conversational Modes, Legacy Features.
 */

interface BrokenPrompt {
	prompt: string;
	/** The name of the rule that finds it. */
	rule: string;
	/**
	 * The piece of the prompt that is wrong, as it is typed: the flag alone where the flag is, the flag with its value
	 * where the value is. Not given where the whole prompt is wrong, or where the piece may be cut in more than one way.
	 */
	at?: string;
}

/** Each of these words is one that people do write; nobody needs so many of them. */
const TOO_MANY_WORDS = 'intricate details, volumetric light, award-winning, sharp focus, '.repeat(
	200,
);

export const BROKEN: readonly BrokenPrompt[] = [
	// What an editor, a phone or a hasty hand makes of two hyphens.
	{
		prompt:
			'the mascot waving, studio light --oref https://example.com/mascot.png -ow 200 --v 7 --ar 1:1',
		rule: 'wrongDash',
		at: '-ow',
	},
	{ prompt: 'a lighthouse at dusk —ar 16:9 --v 7', rule: 'wrongDash', at: '—ar' },
	{ prompt: 'ein Leuchtturm im Nebel –v 6.1', rule: 'wrongDash', at: '–v' },
	{ prompt: 'a fox in the snow, oil on canvas -ar 3:2', rule: 'wrongDash', at: '-ar' },
	{ prompt: 'portrait of a beekeeper −stylize 250', rule: 'wrongDash', at: '−stylize' },
	{ prompt: 'un marché aux fleurs, matin d’été -- ar 4:5', rule: 'wrongDash' },
	{ prompt: 'empty street at night —no people, cars', rule: 'wrongDash', at: '—no' },

	{ prompt: 'rice terraces from above --ar16:9 --v 7', rule: 'missingSpace', at: '--ar16:9' },
	{ prompt: 'retro diner, chrome and neon --ar 3:2 --s250', rule: 'missingSpace', at: '--s250' },
	{ prompt: 'vibrant wildflower meadow--ar 2:3', rule: 'missingSpace' },

	{ prompt: 'paper boat on a puddle --v 7 --ar', rule: 'missingValue', at: '--ar' },
	{
		prompt: 'clay robot, pastel colours --stylize --ar 1:1',
		rule: 'missingValue',
		at: '--stylize',
	},

	{ prompt: 'harbour at sunrise, wide shot --ar 16x9', rule: 'badValue', at: '--ar 16x9' },
	{ prompt: 'dream castle in the clouds --s high --v 7', rule: 'badValue', at: '--s high' },
	{ prompt: 'still life with pears --seed abc --ar 4:5', rule: 'badValue', at: '--seed abc' },
	{ prompt: 'art deco fan pattern, teal --v 6.1 --tile yes', rule: 'badValue', at: '--tile yes' },

	// Both ends of each range.
	{ prompt: 'clockwork owl, brass --s 2000', rule: 'outOfRange', at: '--s 2000' },
	{
		prompt: 'plain white mug, catalogue photo --stylize -1',
		rule: 'outOfRange',
		at: '--stylize -1',
	},
	{ prompt: 'city of glass --chaos 101', rule: 'outOfRange', at: '--chaos 101' },
	{ prompt: '雪山の夜明け --c -5', rule: 'outOfRange', at: '--c -5' },
	{ prompt: 'melting furniture --v 7 --weird 3001', rule: 'outOfRange', at: '--weird 3001' },
	{ prompt: 'a very normal chair --v 6.1 --w -1', rule: 'outOfRange', at: '--w -1' },
	{ prompt: 'a red door --seed 4294967296', rule: 'outOfRange', at: '--seed 4294967296' },
	{ prompt: 'a green door --seed -1 --ar 2:3', rule: 'outOfRange', at: '--seed -1' },
	{
		prompt: 'https://example.com/dog.jpg as a marble statue --iw 4 --v 7',
		rule: 'outOfRange',
		at: '--iw 4',
	},
	{
		prompt: 'https://example.com/dog.jpg as a bronze statue --iw -1 --v 6.1',
		rule: 'outOfRange',
		at: '--iw -1',
	},
	{ prompt: 'street in the rain --sref 2708276657 --sw 1001', rule: 'outOfRange', at: '--sw 1001' },
	{ prompt: 'street in the sun --sref random --sw -10 --v 7', rule: 'outOfRange', at: '--sw -10' },
	{
		prompt: 'the heroine on a bicycle --cref https://example.com/heroine.png --cw 150 --v 6.1',
		rule: 'outOfRange',
		at: '--cw 150',
	},
	{
		prompt: 'the heroine in armour --cref https://example.com/heroine.png --cw -1 --niji 6',
		rule: 'outOfRange',
		at: '--cw -1',
	},
	{
		prompt: 'the same lamp on a desk --oref https://example.com/lamp.png --ow 1001 --v 7',
		rule: 'outOfRange',
		at: '--ow 1001',
	},
	{
		prompt: 'the same lamp in a forest --oref https://example.com/lamp.png --ow -1 --v 7',
		rule: 'outOfRange',
		at: '--ow -1',
	},
	{ prompt: 'soft pastel landscape --stop 5 --v 5.2', rule: 'outOfRange', at: '--stop 5' },
	{ prompt: 'sharp pastel landscape --stop 110 --v 5.2', rule: 'outOfRange', at: '--stop 110' },
	{ prompt: 'crystal cave --exp 150 --v 7', rule: 'outOfRange', at: '--exp 150' },
	{ prompt: 'granite cave --v 7 --exp -5', rule: 'outOfRange', at: '--exp -5' },
	{ prompt: 'логотип пекарни, колос --repeat 50', rule: 'outOfRange', at: '--repeat 50' },
	{ prompt: 'woven basket, studio photo --q 5 --v 7', rule: 'outOfRange', at: '--q 5' },

	{
		prompt: 'the same boy at the beach --cref https://example.com/boy.png --v 7',
		rule: 'wrongVersion',
		at: '--cref',
	},
	{
		prompt: 'the same boy on a sled --cref https://example.com/boy.png --ar 3:2',
		rule: 'wrongVersion',
		at: '--cref',
	},
	{
		prompt: 'my teapot on a train --oref https://example.com/teapot.png --v 6.1',
		rule: 'wrongVersion',
		at: '--oref',
	},
	{ prompt: 'rough sketch of a stage set --draft --v 6.1', rule: 'wrongVersion', at: '--draft' },

	{ prompt: 'viejo tranvía bajo la lluvia --aspct 16:9', rule: 'unknownFlag', at: '--aspct' },
	{ prompt: 'dragon made of smoke --styleize 100 --v 7', rule: 'unknownFlag', at: '--styleize' },
	{ prompt: 'a bowl of ramen --qualty 2 --v 6.1', rule: 'unknownFlag', at: '--qualty' },
	{ prompt: 'knight in the fog --v 7 --steps 30', rule: 'unknownFlag', at: '--steps' },

	{ prompt: 'forest chapel --ar 1:1 --v 7 --aspect 16:9', rule: 'repeatedFlag', at: '--aspect' },
	{ prompt: 'forest chapel in spring --s 100 --ar 3:2 --s 250', rule: 'repeatedFlag', at: '--s' },

	{
		prompt: 'a red fox asleep --ar 3:2 in deep snow, soft morning light',
		rule: 'textAfterFlags',
		at: 'in deep snow, soft morning light',
	},
	{
		prompt: 'vintage travel poster of Lisbon --v 7 with yellow trams --ar 2:3',
		rule: 'textAfterFlags',
		at: 'with yellow trams',
	},

	{
		prompt: 'https://www.pinterest.com/pin/123456789012345678/ a kitchen like this one --ar 3:2',
		rule: 'notAnImage',
		at: 'https://www.pinterest.com/pin/123456789012345678/',
	},
	{
		prompt:
			'a harbour at night --sref https://www.midjourney.com/jobs/3f0c1f9e-6f2c-4c0e-9a53-2b7a1d0f4c11?index=0 --v 7',
		rule: 'notAnImage',
		at: 'https://www.midjourney.com/jobs/3f0c1f9e-6f2c-4c0e-9a53-2b7a1d0f4c11?index=0',
	},
	{
		prompt:
			'the singer on a rooftop --cref https://www.instagram.com/p/Cx1y2Z3a4B5/ --cw 80 --v 6.1',
		rule: 'notAnImage',
		at: 'https://www.instagram.com/p/Cx1y2Z3a4B5/',
	},
	{
		prompt: 'the same suitcase in an airport --oref ftp://files.example.com/suitcase.png --v 7',
		rule: 'notAnImage',
		at: 'ftp://files.example.com/suitcase.png',
	},

	{ prompt: 'a glass greenhouse at night,\nferns, warm bulbs --ar 4:5', rule: 'lineBreak' },
	{ prompt: 'eine Holzbrücke im Regen\r\n--ar 16:9 --v 7', rule: 'lineBreak' },

	{ prompt: `a cathedral of ice, ${TOO_MANY_WORDS}masterpiece --ar 2:3`, rule: 'tooLong' },
	{ prompt: `${TOO_MANY_WORDS}一座冰雪宫殿 --v 7`, rule: 'tooLong' },

	{ prompt: '--ar 16:9 --v 7 --s 250', rule: 'noText' },
	{ prompt: 'https://example.com/cat.png --ar 3:2 --v 7', rule: 'noText' },
];
