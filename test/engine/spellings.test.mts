/** Field by field: what people type, and what sheets and expressions give, and what is sent or comes out of it. */
import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { RESOURCES } from '../../nodes/TtapiMidjourney/actions/resources.ts';
import { pathOf } from '../../nodes/TtapiMidjourney/parameters/parameter.ts';
import { ALL, CHECK, FETCH, OPERATIONS, itemOf } from '../operations.mts';
import { sent, type Sent } from './support/http.mts';
import { pixelsOf } from './support/mask.mts';
import { itemWith, png } from './support/pictures.mts';
import { runWorkflow, type Result } from './support/runWorkflow.mts';
import {
	FRAME,
	all,
	body,
	flagRows,
	notAChoice,
	notAFlag,
	notANumber,
	parametersWith,
	sees,
	submits,
	testFields,
	type Field,
	type Rows,
} from './support/spellings.mts';
import { playTtapi, type World } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

/** The one white rectangle of the mask: x, y, width, height. */
const seeRectangle = async () => {
	const rows = (await pixelsOf(body().mask)).split('\n');
	const white = rows.filter((row) => row.includes('#'));
	const [row] = white;
	return [row.indexOf('#'), rows.indexOf(row), row.replaceAll('.', '').length, white.length];
};
/** In seconds after the first one. */
const secondsOf = ({ at }: Sent) => (at - sent[0].at) / 1000;

const before: World['before'] = { grid: null };
const film = { videos: [1, 2, 3, 4].map((n) => `https://cdn.ttapi.io/${n}.mp4`) };
/** A job "clip" that made four videos. */
const withClip: World = {
	fetch: ({ path, query }) =>
		path === FETCH.video && query.jobId === 'clip'
			? { json: { status: 'SUCCESS', jobId: 'clip', message: '', data: film } }
			: undefined,
};

const FLAGS: Field[] = [
	{
		operation: 'imagine',
		path: 'options.translation',
		see: sees('translation'),
		rows: flagRows(true, false, undefined),
		wrong: notAFlag('Translate Prompt'),
	},
	...(['imagine', 'action', 'blend'] as const).map((operation): Field => ({
		operation,
		path: 'options.getUImages',
		world: { before },
		see: sees('getUImages'),
		rows: flagRows(true, undefined, undefined),
		wrong: notAFlag('Get Separate Images'),
	})),
	{
		operation: 'imagine',
		path: 'options.checkPrompt',
		see: () => sent.some(({ path }) => path === CHECK),
		rows: flagRows(true, false, false),
		wrong: notAFlag('Check Prompt First'),
	},
	{
		operation: 'imagine',
		path: 'options.simplify',
		see: ({ items }) => 'cdnImage' in items[0].json,
		rows: flagRows(true, false, true),
		wrong: notAFlag('Simplify'),
	},
	{
		operation: 'job.get',
		path: 'options.simplify',
		world: { before },
		see: ({ items }) => 'cdnImage' in items[0].json,
		rows: flagRows(true, false, true),
	},
	{
		operation: 'job.getMany',
		path: 'returnAll',
		parameters: { limit: 7 },
		see: () => sent[0].query.limit,
		rows: flagRows('100', '7', '7'),
		wrong: notAFlag('Return All'),
	},
];

const cat = (jobId: string) => itemWith({ data: png(40, 30) }, { jobId });
const base64 = png(41, 30).toString('base64');
/** Which of the three pictures was sent. */
const seePicture = (mask: string) => {
	if (mask.endsWith(base64)) return 'base64';
	return mask.endsWith(png(40, 30).toString('base64')) ? 'binary' : 'rectangles';
};
const speeds: Rows = [
	['Fast', 'fast'],
	['FAST', 'fast'],
	['RELAX', 'relax'],
	[' relax ', 'relax'],
	['Turbo', 'turbo'],
	['turbo', 'turbo'],
	['', 'fast'],
	[null, 'fast'],
];
const videoOptions: Array<Pick<Field, 'path' | 'see' | 'rows' | 'wrong'>> = [
	{
		path: 'options.motion',
		see: sees('manual'),
		rows: [
			['High', 'high'],
			[' LOW ', 'low'],
			['', undefined],
			[null, undefined],
		],
		wrong: notAChoice('Motion'),
	},
	{
		path: 'options.videoCount',
		see: sees('bs'),
		rows: [
			[4, 4],
			['4', 4],
			[' 2.0 ', 2],
			['1', 1],
			['', undefined],
		],
		wrong: [...notAChoice('Number of Videos'), [3, "'Number of Videos' can't be 3"]],
	},
];

const CHOICES: Field[] = [
	{
		operation: 'imagine',
		path: 'mode',
		see: sees('mode'),
		rows: speeds,
		wrong: [...notAChoice('Mode'), [7, "'Mode' can't be 7"]],
	},
	{ operation: 'blend', path: 'mode', see: sees('mode'), rows: speeds },
	{ operation: 'edit', path: 'mode', see: sees('mode'), rows: speeds },
	{
		operation: 'imagine',
		path: 'options.onTimeout',
		world: { seconds: 9999 },
		parameters: { options: { maxWait: 30 } },
		see: ({ error, items }) => (error ? 'error' : items[0].json.timedOut && 'continue'),
		rows: [
			['Continue', 'continue'],
			['CONTINUE', 'continue'],
			[' continue ', 'continue'],
			['Error', 'error'],
			['', 'error'],
		],
		wrong: notAChoice('On Timeout'),
	},
	{
		operation: 'imagine',
		path: 'options.promptLint',
		items: [{ json: { prompt: 'a --aspct 16:9' } }],
		see: ({ error, items }) =>
			error ? 'error' : 'promptWarnings' in items[0].json ? 'warn' : 'off',
		rows: [
			['Error', 'error'],
			[' OFF ', 'off'],
			['Warn', 'warn'],
			['', 'warn'],
		],
		wrong: notAChoice('Prompt Lint'),
	},
	{
		operation: 'blend',
		path: 'dimensions',
		see: sees('dimensions'),
		rows: [
			['square', 'SQUARE'],
			[' Portrait ', 'PORTRAIT'],
			['Landscape (3:2)', 'LANDSCAPE'],
			['', 'SQUARE'],
		],
		wrong: notAChoice('Dimensions'),
	},
	{
		operation: 'edit',
		path: 'editType',
		see: sees('type'),
		rows: [
			['Edit', 'edit'],
			['RETEXTURE', 'retexture'],
			[' edit ', 'edit'],
			[null, 'edit'],
		],
		wrong: notAChoice('Edit Type'),
	},
	{
		operation: 'describe',
		path: 'imageInput',
		items: [cat('')],
		parameters: { imageUrl: FRAME, imageBase64: base64 },
		see: () => (body().url ? 'url' : seePicture(body().base64)),
		rows: [
			['URL', 'url'],
			[' Url ', 'url'],
			['BASE64', 'base64'],
			['Binary Data', 'binary'],
			['', 'binary'],
		],
		wrong: notAChoice('Image Input Type'),
	},
	{
		operation: 'inpaint',
		path: 'maskInput',
		items: [cat('up')],
		world: { before: { up: ['reroll'] }, data: () => ({ width: null, height: null }) },
		parameters: { maskBase64: base64 },
		see: () => seePicture(body().mask),
		rows: [
			['Base64', 'base64'],
			['BINARY', 'binary'],
			['', 'binary'],
		],
		wrong: notAChoice('Mask Input Type'),
	},
	{
		operation: 'inpaint',
		path: 'maskInput',
		items: [cat('up')],
		world: { before: { up: ['reroll'] } },
		parameters: { rectangles: { rectangle: [{ x: 0, y: 0, width: 50, height: 50 }] } },
		see: () => seePicture(body().mask),
		rows: [['Rectangles', 'rectangles']],
	},
	{
		operation: 'job.get',
		path: 'options.family',
		items: [{ json: { jobId: 'clip' } }],
		world: withClip,
		see: () => [...new Set(sent.map(({ path }) => path))],
		rows: [
			['VIDEO', [FETCH.video]],
			[' Video ', [FETCH.video]],
			['Image Edit', [FETCH.edit]],
			['EDIT', [FETCH.edit]],
			['Image', [FETCH.image]],
			['Auto', [FETCH.image, FETCH.edit, FETCH.video]],
			['detect automatically', [FETCH.image, FETCH.edit, FETCH.video]],
			['', [FETCH.image, FETCH.edit, FETCH.video]],
		],
		wrong: notAChoice('Job Family'),
	},
	...videoOptions.flatMap((option): Field[] => [
		{ operation: 'video.create', ...option },
		{ operation: 'video.extend', items: [{ json: { jobId: 'clip' } }], world: withClip, ...option },
	]),
	{
		operation: 'video.create',
		path: 'options.resolution',
		see: sees('resolution'),
		rows: [
			['HD', 'hd'],
			[' sd ', 'sd'],
			[null, undefined],
		],
		wrong: notAChoice('Resolution'),
	},
	{
		operation: 'video.extend',
		path: 'options.animateMode',
		see: sees('animateMode'),
		items: [{ json: { jobId: 'clip' } }],
		world: withClip,
		rows: [
			['Manual', 'manual'],
			['AUTO', 'auto'],
			['Automatic', 'auto'],
			['', undefined],
		],
		wrong: notAChoice('Animate Mode'),
	},
	{
		operation: 'video.extend',
		path: 'index',
		see: sees('index'),
		items: [{ json: { jobId: 'clip' } }],
		world: withClip,
		rows: [
			['3', 3],
			[' 1.0 ', 1],
			[2, 2],
			['Video 1', 0],
			[null, 0],
		],
		wrong: [...notAChoice('Video'), [4, "'Video' can't be 4"], [false, "'Video' can't be false"]],
	},
	{
		operation: 'job.getMany',
		path: 'sort.order',
		see: () => sent[0].query.order,
		rows: [
			['ASC', 'asc'],
			['Oldest First', 'asc'],
			[' desc ', 'desc'],
			['', 'desc'],
		],
		wrong: notAChoice('Order'),
	},
	{
		operation: 'job.getMany',
		path: 'filters.status',
		see: () => sent[0].query.status,
		rows: [
			['SUCCESS', 'success'],
			['Succeeded', 'success'],
			[' Failed ', 'failed'],
			['running', 'on_queue'],
			['PENDING_QUEUE', 'pending_queue'],
			['', undefined],
		],
		wrong: notAChoice('Status'),
	},
	{
		operation: 'action',
		path: 'action',
		world: { before },
		see: sees('action'),
		rows: [
			['upsample2', 'upsample2'],
			[' Reroll ', 'reroll'],
			['UPSCALE 2 (U2)', 'upsample2'],
			['Vary (Strong)', 'high_variation'],
			['brand_new', 'brand_new'],
		],
		wrong: [
			['', "'Action' is empty"],
			[{}, "'Action' must be text (got an object)"],
		],
	},
	{
		operation: 'imagine',
		path: 'waitForResult',
		isPlain: true,
		see: ({ status, items }) => (status === 'waiting' ? status : items[0].json.status),
		rows: [
			['None', 'SUBMITTED'],
			['Do Not Wait', 'SUBMITTED'],
			['CALLBACK', 'waiting'],
			['Poll', 'SUCCESS'],
			['', 'SUCCESS'],
		],
		wrong: notAChoice('Wait for Result'),
	},
	{
		operation: 'imagine',
		path: 'download',
		isPlain: true,
		see: ({ items }) => items.flatMap(({ binary = {} }) => Object.keys(binary)),
		rows: [
			['GRID', ['data']],
			['All Images in One Item', ['image_1', 'image_2', 'image_3', 'image_4']],
			[' itemperimage ', ['data', 'data', 'data', 'data']],
			['None', []],
			['', []],
		],
		wrong: notAChoice('Download'),
	},
	{
		operation: 'inpaint',
		path: 'rectangleUnit',
		items: [cat('up')],
		world: { before: { up: ['reroll'] }, data: () => ({ width: 40, height: 30 }) },
		parameters: {
			maskInput: 'rectangles',
			rectangles: { rectangle: [{ x: 0, y: 0, width: 10, height: 10 }] },
		},
		see: seeRectangle,
		rows: [
			['Pixels', [0, 0, 10, 10]],
			[' PERCENT ', [0, 0, 4, 3]],
			['', [0, 0, 4, 3]],
		],
		wrong: notAChoice('Rectangle Unit'),
	},
];

const endless: World = { seconds: 9_999_999 };
const seeWait = ({ error }: Result) => Number(/within (\d+) s/.exec(error?.message ?? '')?.[1]);

const NUMBERS: Field[] = [
	{
		operation: 'imagine',
		path: 'options.timeout',
		see: sees('timeout'),
		rows: [
			[600, 600],
			['600', 600],
			[' 900.0 ', 900],
			['', undefined],
			[null, undefined],
		],
		wrong: [
			...notANumber('Job Timeout', '300 to 1200 seconds'),
			[5, "'Job Timeout' must be 300 to 1200 seconds (got 5)"],
			['300.5', '\'Job Timeout\' must be 300 to 1200 seconds (got "300.5")'],
		],
	},
	{
		operation: 'imagine',
		path: 'options.timeout',
		parameters: { mode: '={{ "RELAX" }}' },
		see: sees('timeout'),
		rows: [[' 600 ', 600]],
		wrong: [['300', '\'Job Timeout\' must be 600 to 1200 seconds in relax mode (got "300")']],
	},
	...(['imagine', 'video.create'] as const).map((operation): Field => ({
		operation,
		path: 'options.maxWait',
		world: endless,
		see: seeWait,
		rows: [
			[30, 30],
			[' 30 ', 30],
			['4e1', 40],
			['', operation === 'imagine' ? 360 : 1260],
		],
		wrong: notANumber('Max Wait', '0 to 31536000 seconds'),
	})),
	{
		operation: 'job.wait',
		path: 'options.maxWait',
		see: seeWait,
		items: [{ json: { jobId: 'slow' } }],
		world: {
			fetch: () => ({ json: { status: 'ON_QUEUE', jobId: 'slow', message: '', data: [] } }),
		},
		rows: [
			[' 30 ', 30],
			['', 1260],
		],
		wrong: notANumber('Max Wait', '0 to 31536000 seconds'),
	},
	{
		operation: 'imagine',
		path: 'options.pollInterval',
		// Times are a little off, so that not all jobs are polled at once.
		see: () => Math.round(secondsOf(sent[1]) / 5) * 5,
		rows: [
			[20, 20],
			[' 20 ', 20],
			['10.0', 10],
			['', 5],
		],
		wrong: notANumber('Poll Interval', '1 to 31536000 seconds'),
	},
	{
		operation: 'imagine',
		path: 'options.maxInFlight',
		items: [1, 2, 3, 4].map((n) => ({ json: { prompt: `cat ${n}` } })),
		see: () => submits().filter((submit) => secondsOf(submit) < 15).length,
		rows: [
			[2, 2],
			[' 2 ', 2],
			['1.0', 1],
			['', 4],
		],
		wrong: notANumber('Max Jobs in Flight', 'a whole number from 1'),
	},
	{
		operation: 'imagine',
		path: 'options.maxJobs',
		see: () => submits().length,
		rows: [
			[1, 1],
			[' 1 ', 1],
			['1.0', 1],
		],
		wrong: [
			...notANumber('Max Jobs', 'a whole number from 0'),
			['0', "'Max Jobs' is 0, but 1 items need a new job"],
			['', "'Max Jobs' is empty"],
		],
	},
	{
		operation: 'job.getMany',
		path: 'limit',
		see: () => sent[0].query.limit,
		rows: [
			[7, '7'],
			[' 7 ', '7'],
			['7.0', '7'],
			['', '50'],
		],
		wrong: notANumber('Limit', 'a whole number from 1'),
	},
	...(['X', 'Y', 'Width', 'Height'] as const).map((edge, at): Field => {
		const label = `${edge} of Rectangle 1`;
		const seen = [1, 2, 10, 20];
		seen[at] = 5;
		return {
			operation: 'inpaint',
			path: `rectangles.${edge.toLowerCase()}`,
			items: [cat('up')],
			world: { before: { up: ['reroll'] }, data: () => ({ width: 40, height: 30 }) },
			parameters: { maskInput: 'rectangles', rectangleUnit: 'pixels' },
			see: seeRectangle,
			rows: all([5, ' 5 ', '5.0'], seen),
			wrong: [...notANumber(label, 'a number from 0'), ['', `'${label}' is empty`]],
		};
	}),
];

const HOOK = 'https://hook.example/ttapi?token=a%20b';

const TEXTS: Field[] = [
	{
		operation: 'imagine',
		path: 'options.hookUrl',
		see: sees('hookUrl'),
		rows: [
			[HOOK, HOOK],
			[` ${HOOK} `, HOOK],
			[`${HOOK}\n`, HOOK],
			['', undefined],
			[' ', undefined],
		],
		wrong: [
			['hook.example', "'Callback URL' is not an http(s) URL"],
			[{ url: HOOK }, "'Callback URL' must be text (got an object)"],
		],
	},
	{
		operation: 'imagine',
		path: 'prompt',
		see: sees('prompt'),
		rows: [
			[' a cat \n', 'a cat'],
			[1984, '1984'],
		],
		wrong: [
			['', "'Prompt' is empty"],
			[null, "'Prompt' is empty"],
			[{}, "'Prompt' must be text (got an object)"],
			[['a'], "'Prompt' must be text (got a list)"],
		],
	},
	{
		operation: 'action',
		path: 'jobId',
		world: { before },
		see: sees('jobId'),
		rows: [[' grid\n', 'grid']],
		wrong: [
			['', "'Job ID' is empty"],
			[{}, "'Job ID' must be text (got an object)"],
		],
	},
	...(['imageUrl', 'options.endingUrl'] as const).map((path): Field => ({
		operation: 'video.create',
		path,
		see: sees(path.replace('options.', '')),
		rows: [[` ${FRAME}\n`, FRAME]],
		wrong: [
			[
				'example',
				`'${path === 'imageUrl' ? 'Image URL' : 'Ending Image URL'}' must be a public http(s) URL (got "example")`,
			],
		],
	})),
];

testFields('a flag', FLAGS);
testFields('a choice', CHOICES);
testFields('a number', NUMBERS);
testFields('a text', TEXTS);

const READ = ['boolean', 'number', 'options'];
const everyField = ALL.flatMap(({ name, resource, operation, pictures }) => {
	const { operations } = RESOURCES.find(({ value }) => value === resource)!;
	return operations[operation].parameters
		.filter(({ property }) => READ.includes(property.type))
		.map((parameter) => {
			const { displayName: label, displayOptions, noDataExpression } = parameter.property;
			// Where it is shown only then, it is read only then.
			const shown = Object.entries(displayOptions?.show ?? {}).map(([key, [value]]: any) => [
				key,
				value,
			]);
			const parameters = { ...pictures, ...Object.fromEntries(shown) } as IDataObject;
			return { name, path: pathOf(parameter), label, parameters, isPlain: noDataExpression };
		});
});

test.each(everyField)(
	'$name, $path: an object is refused before anything is sent',
	async (field) => {
		const { name, path, label, parameters, isPlain } = field;
		playTtapi();
		const { error } = await runWorkflow(workflowOf(name), {
			items: [itemOf(OPERATIONS[name])],
			parameters: parametersWith({ path, parameters }, isPlain ? {} : '={{ {} }}'),
		});
		expect(error?.message).toMatch(new RegExp(`^'${label}' (can't be an|must be .*got an) object`));
		expect(sent).toEqual([]);
	},
);

describe('values that an expression itself holds', () => {
	test.each<[path: string, expression: string, see: Field['see'], seen: unknown]>([
		['options.translation', '={{ "FALSE" }}', sees('translation'), false],
		['options.getUImages', '={{ "FALSE" }}', sees('getUImages'), undefined],
		['mode', '={{ "Relax" }}', sees('mode'), 'relax'],
		['options.timeout', '={{ "600" }}', sees('timeout'), 600],
		['options.hookUrl', `={{ " ${HOOK} " }}`, sees('hookUrl'), HOOK],
	])('%s %s', async (path, expression, see, seen) => {
		playTtapi();
		const result = await runWorkflow(workflowOf('imagine'), {
			items: [{ prompt: 'a' }],
			parameters: parametersWith({ path }, expression),
		});
		expect(await see(result)).toEqual(seen);
	});
});

test('a wrong value of one item is told with that item, and nothing is paid for the others', async () => {
	playTtapi();
	const { error } = await runWorkflow(workflowOf('imagine'), {
		items: ['TRUE', '', 'perhaps', 1].map((translate) => ({ prompt: 'a', translate })),
		parameters: { options: { translation: '={{ $json.translate }}' } },
	});
	expect(error).toMatchObject({
		name: 'NodeOperationError',
		message: '\'Translate Prompt\' must be true or false (got "perhaps")',
		context: { itemIndex: 2 },
	});
	expect(sent).toEqual([]);
});
