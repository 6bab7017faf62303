/** The fields of the trigger: what people choose, and what expressions give, and what comes of a callback. */
import { expect, test } from '@jest/globals';

import { TtapiMidjourneyTrigger } from '../../nodes/TtapiMidjourney/TtapiMidjourneyTrigger.node.ts';
import { FETCH } from '../operations.mts';
import { answer, sent } from './support/http.mts';
import { logs } from './support/logs.mts';
import { callbackFor } from './support/pausing.mts';
import { png } from './support/pictures.mts';
import {
	flagRows,
	notAChoice,
	notAFlag,
	parametersWith,
	pathsOf,
	type Rows,
	type Wrong,
} from './support/spellings.mts';
import { ActiveWorkflow } from './support/trigger.mts';
import { API } from './support/ttapi.mts';

/** A TTAPI that knows every job: job-1 is done, and the job "bad" failed. */
const know = () => {
	answer('GET', `${API}${FETCH.image}`, ({ query: { jobId } }) => ({
		json: {
			status: jobId === 'bad' ? 'FAILED' : 'SUCCESS',
			jobId,
			message: 'success',
			data: { jobId, action: 'imagine', prompt: 'cat', cdnImage: 'https://cdn.ttapi.io/1.png' },
		},
	}));
	answer('GET', 'https://cdn.ttapi.io/1.png', { status: 200, body: png() });
};
const active = (path: string, given: unknown) => {
	const isPlain = path === 'options.download';
	const value = isPlain ? given : `={{ ${JSON.stringify(given)} }}`;
	return new ActiveWorkflow(parametersWith({ path }, value));
};
const started = async (workflow: ActiveWorkflow, jobId = 'job-1') => {
	const called = await workflow.call({
		body: { ...callbackFor(jobId), status: jobId === 'bad' ? 'FAILED' : 'SUCCESS' },
	});
	return called.run?.seenBy.Done;
};
/** Whether a job that is done starts the workflow, and whether one that failed does. */
const ends = async (workflow: ActiveWorkflow) => [
	(await started(workflow)) !== undefined,
	(await started(workflow, 'bad')) !== undefined,
];

interface TriggerField {
	path: string;
	see: (workflow: ActiveWorkflow) => Promise<unknown>;
	rows: Rows;
	wrong: Wrong;
}

const fields: TriggerField[] = [
	{
		path: 'verify',
		see: async (workflow) => (await started(workflow))?.[0].json.prompt,
		rows: flagRows('cat', 'as the caller says', 'cat'),
		wrong: [...notAFlag('Verify'), [[false], "'Verify' must be true or false (got a list)"]],
	},
	{
		path: 'options.deduplicate',
		see: async (workflow) => {
			await started(workflow);
			return (await started(workflow)) === undefined;
		},
		rows: flagRows(true, false, true),
		wrong: notAFlag('Deduplicate'),
	},
	{
		path: 'options.simplify',
		see: async (workflow) => 'cdnImage' in (await started(workflow))![0].json,
		rows: flagRows(true, false, true),
		wrong: notAFlag('Simplify'),
	},
	{
		path: 'events',
		see: ends,
		rows: [
			['success', [true, false]],
			[[' Success '], [true, false]],
			['Job Failed', [false, true]],
			['failed, success', [true, true]],
			['', [true, true]],
			[[], [false, false]],
		],
		wrong: [
			...notAChoice('Trigger On').slice(0, 1),
			[{}, "'Trigger On' must be a list (got an object)"],
			[['SUCCESS', 7], "'Trigger On' can't be 7"],
		],
	},
	{
		path: 'options.actions',
		see: async (workflow) => (await started(workflow)) !== undefined,
		rows: [
			['IMAGINE', true],
			[['Upscale 1 (U1)', ' Imagine '], true],
			['blend', false],
			['brand_new', false],
			['', true],
			[[], true],
		],
		wrong: [
			[true, "'Actions' must be a list (got true)"],
			[[{}], "'Actions' must be text (got an object)"],
		],
	},
	{
		path: 'options.download',
		see: async (workflow) => Object.keys((await started(workflow))![0].binary ?? {}),
		rows: [
			['GRID', ['data']],
			[' Main Image ', ['data']],
			['None', []],
			['', []],
		],
		wrong: [...notAChoice('Download'), [true, "'Download' can't be true"]],
	},
];

test('no flag, choice or list of its panel is missing here', () => {
	const { properties } = new TtapiMidjourneyTrigger().description;
	expect(fields.map(({ path }) => path).sort()).toEqual(pathsOf(properties).sort());
});

const rows = fields.flatMap(({ path, see, rows: of }) =>
	of.map(([given, seen]) => ({ path, see, given, shown: JSON.stringify(given), seen })),
);
test.each(rows)('$path: $shown is $seen', async ({ path, see, given, seen }) => {
	know();
	expect(await see(active(path, given))).toEqual(seen);
});

const wrong = fields.flatMap(({ path, wrong: of }) =>
	of.map(([given, says]) => ({ path, given, shown: JSON.stringify(given), says })),
);
test.each(wrong)(
	'$path: $shown starts nothing, and the log says why',
	async ({ path, given, says }) => {
		const { status, run: unwanted } = await active(path, given).call({
			body: callbackFor('job-1'),
		});
		expect({ status, unwanted }).toEqual({ status: 200, unwanted: undefined });
		expect(logs.filter(({ level }) => level === 'error')).toEqual([
			expect.objectContaining({ message: expect.stringContaining(says) }),
		]);
		expect(sent).toEqual([]);
	},
);

test('a Callback Token keeps its spaces', async () => {
	const token = ' secret ';
	const workflow = () => active('options.callbackToken', token);
	know();
	const statuses = [];
	for (const query of [{ token }, { token: token.trim() }])
		statuses.push((await workflow().call({ body: callbackFor('job-1'), query })).status);
	expect(statuses).toEqual([200, 401]);
});
