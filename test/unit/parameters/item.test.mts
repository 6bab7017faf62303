import { describe, expect, jest, test } from '@jest/globals';

import { InputError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { Item, settingOfRun } from '../../../nodes/TtapiMidjourney/parameters/item.ts';
import { jobIdFor, mode } from '../../../nodes/TtapiMidjourney/parameters/job.ts';
import { maxInFlight, simplify } from '../../../nodes/TtapiMidjourney/parameters/options.ts';
import type { Parameter } from '../../../nodes/TtapiMidjourney/parameters/parameter.ts';
import { promptFor } from '../../../nodes/TtapiMidjourney/parameters/prompt.ts';
import { caught } from '../support/caught.mts';
import { fakeContext } from '../support/fakeContext.mts';
import { itemWith, itemWithOptions } from '../support/params.mts';

const prompt = promptFor('Describe the picture.');

const jobId = jobIdFor('ID of the job');

describe('a parameter of an item', () => {
	test('is read as its declaration says', () => {
		expect(itemWith({ prompt: '  a cat \n' }).get(prompt)).toBe('a cat');
		expect(itemWith({ mode: ' RELAX' }).get(mode)).toBe('relax');
	});

	test('comes from its own item', () => {
		const { context } = fakeContext({ parameters: [{ prompt: 'a' }, { prompt: 'b' }] });
		expect(new Item(context, 1).get(prompt)).toBe('b');
	});

	test('may be in a collection', () => {
		expect(itemWithOptions({ simplify: 'FALSE' }).get(simplify)).toBe(false);
	});

	test.each([undefined, null, {}, 'text', 7, ['simplify'], []])(
		'is not set if its collection does not have it: %j',
		(options) => {
			expect(itemWith({ options } as never).get(simplify)).toBe(true);
		},
	);

	test('that is needed is told by its label', async () => {
		expect(await caught(() => itemWith({ prompt: ' ' }).get(prompt), InputError)).toMatchObject({
			message: "'Prompt' is empty",
			description: 'Describe the picture.',
		});
		expect(() => itemWith({ jobId: '' }).get(jobId)).toThrow("'Job ID' is empty");
	});

	test('may be a number that an expression gave', () => {
		expect(itemWith({ jobId: 4711 }).get(jobId)).toBe('4711');
	});

	test('is evaluated once, as expressions take their time, and a collection as a whole', () => {
		const { context } = fakeContext({ parameters: { mode: 'fast', options: { simplify: false } } });
		const evaluate = jest.spyOn(context, 'getNodeParameter');
		const item = new Item(context, 0);
		const asked: Parameter[] = [mode, mode, simplify, maxInFlight, simplify];
		for (const parameter of asked) item.get(parameter);
		expect(evaluate.mock.calls.map(([name]) => name)).toEqual(['mode', 'options']);
	});

	test('is taken out of a resource locator, if it is one', () => {
		const { context } = fakeContext({ parameters: { jobId: 'a' } });
		const evaluate = jest.spyOn(context, 'getNodeParameter');
		new Item(context, 0).get(jobId);
		expect(evaluate).toHaveBeenCalledWith('jobId', 0, null, { extractValue: true });
	});
});

test('an item knows what came in', () => {
	const items = [{ json: { n: 1 } }, { json: { n: 2 } }];
	expect(new Item(fakeContext({ items }).context, 1).input).toEqual({ json: { n: 2 } });
});

describe('a setting of the run', () => {
	test('is that of the first item', () => {
		const { context } = fakeContext({
			parameters: [{ options: { maxInFlight: '3' } }, { options: { maxInFlight: 9 } }],
		});
		expect(settingOfRun(context, maxInFlight)).toBe(3);
	});

	test('does not evaluate the other options of the first item, which may fail', () => {
		const { context } = fakeContext({ parameters: { options: { maxInFlight: 2 } } });
		const evaluate = jest.spyOn(context, 'getNodeParameter');
		settingOfRun(context, maxInFlight);
		expect(evaluate.mock.calls.map(([name]) => name)).toEqual(['options.maxInFlight']);
	});

	test.each([
		[{}, 10],
		[{ maxInFlight: 1 }, 1],
		[{ maxInFlight: '3' }, 3],
	])('is the default if it is not set: of the jobs in flight %j: %i', (options, expected) => {
		const { context } = fakeContext({ parameters: { options } });
		expect(settingOfRun(context, maxInFlight)).toBe(expected);
	});

	test.each([0, -1, 1.5, 'many'])('is checked: jobs in flight cannot be %s', (value) => {
		const { context } = fakeContext({ parameters: { options: { maxInFlight: value } } });
		expect(() => settingOfRun(context, maxInFlight)).toThrow(
			"'Max Jobs in Flight' must be a whole number from 1 (got ",
		);
	});
});
