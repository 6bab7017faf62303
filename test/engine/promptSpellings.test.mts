/** The fields of Prompt Parameters: what people type, and what sheets and expressions give, and how it reads in the prompt. */
import { describe, expect, test } from '@jest/globals';

import { TtapiMidjourney } from '../../nodes/TtapiMidjourney/TtapiMidjourney.node.ts';
import { runWorkflow } from './support/runWorkflow.mts';
import {
	FRAME,
	all,
	flagRows,
	notAFlag,
	parametersWith,
	pathsOf,
	sees,
	submits,
	testFields,
	type Field,
	type Rows,
	type Wrong,
} from './support/spellings.mts';
import { playTtapi } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

const seePrompt = sees('prompt');

/** The fields of Prompt Parameters that are numbers. */
const PROMPT_NUMBERS: Array<[name: string, label: string, flag: string, alias?: string]> = [
	['chaos', 'Chaos', 'c', 'chaos'],
	['characterWeight', 'Character Weight', 'cw'],
	['imageWeight', 'Image Weight', 'iw'],
	['omniWeight', 'Omni Weight', 'ow'],
	['quality', 'Quality', 'q', 'quality'],
	['seed', 'Seed', 'seed', 'sameseed'],
	['stop', 'Stop', 'stop'],
	['styleWeight', 'Style Weight', 'sw'],
	['stylize', 'Stylize', 's', 'stylize'],
	['weird', 'Weird', 'w', 'weird'],
];
const promptField = (name: string, rows: Rows, wrong: Wrong = []): Field => ({
	operation: 'imagine',
	path: `promptParameters.${name}`,
	see: seePrompt,
	wrong,
	rows: rows.map(([given, flags]) => [given, `a ${String(flags)}`.trim()]),
});
const notText = (label: string): Wrong => [
	[{ url: FRAME }, `'${label}' must be text (got an object)`],
	[[FRAME, { url: FRAME }], `'${label}' must be text (got an object)`],
];

const PROMPT_FIELDS: Field[] = [
	{
		operation: 'imagine',
		path: 'promptParameters.raw',
		see: seePrompt,
		rows: [...flagRows('a --raw', 'a', 'a'), ...all(['--raw', '—raw', '--RAW'], 'a --raw')],
		wrong: notAFlag('Raw'),
	},
	{
		operation: 'imagine',
		path: 'promptParameters.tile',
		see: seePrompt,
		rows: [...flagRows('a --tile', 'a', 'a'), ...all(['--tile', '–tile', ' - -tile '], 'a --tile')],
		wrong: notAFlag('Tile'),
	},
	...PROMPT_NUMBERS.map(([name, label, flag, alias = flag]) =>
		promptField(
			name,
			all(
				[
					20,
					'20',
					' 20 ',
					`--${flag} 20`,
					`--${alias} 20`,
					`—${alias} 20`,
					`-${flag} 20`,
					`--${alias}=20`,
					`--${flag}: 20`,
					`--${alias.toUpperCase()} 20`,
					`--${flag}20`,
				],
				`--${flag} 20`,
			),
			[
				[{}, `'${label}' must be a number (got an object)`],
				[[20], `'${label}' must be a number (got a list)`],
			],
		),
	),
	promptField('seed', [
		[0, '--seed 0'],
		['{10, 20}', '--seed {10, 20}'],
		['--seed {10, 20}', '--seed {10, 20}'],
		['', ''],
		[null, ''],
	]),
	...[
		['aspectRatio', 'Aspect Ratio'],
		['customAspectRatio', 'Custom Aspect Ratio'],
	].map(([name, label]) =>
		promptField(
			name,
			all(
				[
					'16:9',
					'16x9',
					'16X9',
					'16×9',
					'16/9',
					'16 : 9',
					' 16:9 ',
					'--ar 16:9',
					'—ar 16:9',
					'--aspect 16:9',
					'--ar=16:9',
					'--AR 16x9',
					'- - ar 16/9',
					'--ar16:9',
				],
				'--ar 16:9',
			),
			[[{}, `'${label}' must be text (got an object)`]],
		),
	),
	promptField(
		'version',
		[
			['7', '--v 7'],
			[7, '--v 7'],
			[8.2, '--v 8.2'],
			['v7', '--v 7'],
			['V 7', '--v 7'],
			['--v 7', '--v 7'],
			['—v 7', '--v 7'],
			['--v=7', '--v 7'],
			['--version 6.1', '--v 6.1'],
			['niji 6', '--niji 6'],
			['Niji6', '--niji 6'],
			['--niji 6', '--niji 6'],
			['—niji 6', '--niji 6'],
			['--niji=6', '--niji 6'],
			['', ''],
		],
		[[{}, "'Version' must be text (got an object)"]],
	),
	promptField(
		'no',
		[
			['people', '--no people'],
			['--no people', '--no people'],
			['—no text, people', '--no text, people'],
			['--no=people', '--no people'],
			['no people', '--no no people'],
			[['text', '--no people'], '--no text, people'],
			['', ''],
		],
		notText('No'),
	),
	...[
		['styleReferences', 'sref', 'Style References'],
		['characterReferences', 'cref', 'Character References'],
		['omniReference', 'oref', 'Omni Reference'],
	].map(([name, flag, label]) =>
		promptField(
			name,
			[
				[FRAME, `--${flag} ${FRAME}`],
				[`--${flag} ${FRAME}`, `--${flag} ${FRAME}`],
				[`—${flag} ${FRAME}\n—${flag} ${FRAME}?2`, `--${flag} ${FRAME} ${FRAME}?2`],
				[[`--${flag} ${FRAME}`, `${FRAME}?2`], `--${flag} ${FRAME} ${FRAME}?2`],
				['', ''],
			],
			notText(label),
		),
	),
	promptField('styleReferences', [
		['--sref random', '--sref random'],
		['--sref=123', '--sref 123'],
		[123, '--sref 123'],
	]),
	promptField(
		'personalization',
		[
			...all([true, 'TRUE', 1, 'yes', '--p', '—p', '--profile'], '--p'),
			...all([false, 'FALSE', 0, 'No', '', null], ''),
			['abc123', '--p abc123'],
			['--p abc123', '--p abc123'],
			['--profile abc123 def456', '--p abc123 def456'],
			[['abc123', 'def456'], '--p abc123 def456'],
		],
		notText('Personalization'),
	),
	promptField('otherParameters', [
		['--exp 20', '--exp 20'],
		['—exp 20', '--exp 20'],
		['', ''],
	]),
	{
		operation: 'imagine',
		path: 'promptParameters.imagePrompts',
		see: seePrompt,
		rows: [
			[` ${FRAME} `, `${FRAME} a`],
			[[FRAME, `${FRAME}?2`], `${FRAME} ${FRAME}?2 a`],
		],
		wrong: notText('Image Prompts'),
	},
];

testFields('a parameter of the prompt', PROMPT_FIELDS);

test('no flag, choice or number of the prompt is missing here', () => {
	const { properties } = new TtapiMidjourney().description;
	const shown = pathsOf(properties).filter((path) => path.startsWith('promptParameters.'));
	expect(PROMPT_FIELDS.map(({ path }) => path)).toEqual(expect.arrayContaining(shown));
});

describe('values that an expression itself holds', () => {
	test.each<[path: string, expression: string, prompt: string]>([
		['promptParameters.raw', '={{ "TRUE" }}', 'a --raw'],
		['promptParameters.raw', '=TRUE', 'a --raw'],
		['promptParameters.aspectRatio', '=--ar 16:9', 'a --ar 16:9'],
		['promptParameters.version', '={{ 8.2 }}', 'a --v 8.2'],
		['promptParameters.seed', '--seed 5', 'a --seed 5'],
	])('%s %s', async (path, expression, prompt) => {
		playTtapi();
		await runWorkflow(workflowOf('imagine'), {
			items: [{ prompt: 'a' }],
			parameters: parametersWith({ path }, expression),
		});
		expect(seePrompt()).toBe(prompt);
	});
});

test('a number that is no good for Midjourney is told by the check of the prompt', async () => {
	playTtapi();
	const { items } = await runWorkflow(workflowOf('imagine'), {
		items: ['lots', 101, 'TRUE', '{1, 2}'].map((chaos) => ({ prompt: 'a', chaos })),
		parameters: { promptParameters: { chaos: '={{ $json.chaos }}' } },
	});
	expect(submits().map(({ body: { prompt } }) => prompt)).toEqual([
		'a --c lots',
		'a --c 101',
		'a --c TRUE',
		'a --c {1, 2}',
	]);
	expect(items.map(({ json }) => json.promptWarnings)).toEqual([
		...Array(3).fill([expect.stringContaining('--c')]),
		undefined,
	]);
});
