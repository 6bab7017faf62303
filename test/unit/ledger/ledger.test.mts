import { describe, expect, test } from '@jest/globals';
import type { IExecuteFunctions } from 'n8n-workflow';

import { TtapiError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { Ledger, noteOf } from '../../../nodes/TtapiMidjourney/ledger/ledger.ts';

/** The ledger of a run of a node with this context; stored and read again where it is a text. */
function ledgerOf(nodeContext: object, runIndex = 0): Ledger {
	return Ledger.of({
		getContext: () => nodeContext,
		getWorkflowDataProxy: () => ({ $runIndex: runIndex }),
	} as unknown as IExecuteFunctions);
}
/** What the next attempt finds, in another process. */
const stored = (nodeContext: object): object => JSON.parse(JSON.stringify(nodeContext)) as object;
const entry = (hash: string, sentAt: number, jobId?: string) => ({ hash, sentAt, jobId });

describe('the next attempt', () => {
	test('finds a job under its item and its request', () => {
		const context = {};
		ledgerOf(context).write(1, entry('h', 5, 'job-1'));
		const next = ledgerOf(stored(context));
		expect(next.knows(1)).toBe(true);
		expect(next.find(1, 'h')).toEqual({ hash: 'h', sentAt: 5, jobId: 'job-1' });
	});

	test.each([
		['another item', 0, 'h', 0],
		['another request', 1, 'g', 0],
		['another round of a loop', 1, 'h', 1],
	])('finds nothing for %s', (_title, index, hash, runIndex) => {
		const context = {};
		ledgerOf(context).write(1, entry('h', 5, 'job-1'));
		expect(ledgerOf(stored(context), runIndex).find(index, hash)).toBeUndefined();
	});

	test('finds the last submit of the same request in the place of the one before', () => {
		const context = {};
		const first = ledgerOf(context);
		first.write(0, entry('h', 1, 'job-1'));
		first.write(0, entry('h', 2, 'job-2'));
		expect(ledgerOf(stored(context)).find(0, 'h')?.jobId).toBe('job-2');
		expect(first.jobs).toEqual([{ jobId: 'job-2', itemIndex: 0 }]);
	});

	test('keeps the job of a prompt that was edited', () => {
		const context = {};
		const ledger = ledgerOf(context);
		ledger.write(0, entry('old', 1, 'job-1'));
		ledger.write(0, entry('new', 2, 'job-2'));
		expect(ledger.find(0, 'old')).toBeUndefined();
		expect(ledgerOf(stored(context)).jobs.map(({ jobId }) => jobId)).toEqual(['job-1', 'job-2']);
	});
});

test('the jobs are in the order of their submits, those without an id left out', () => {
	const ledger = ledgerOf({});
	ledger.write(2, entry('a', 30, 'third'));
	ledger.write(10, entry('b', 10, 'first'));
	ledger.write(0, entry('c', 20, 'second'));
	ledger.write(1, entry('d', 15));
	expect(ledger.jobs).toEqual([
		{ jobId: 'first', itemIndex: 10 },
		{ jobId: 'second', itemIndex: 0 },
		{ jobId: 'third', itemIndex: 2 },
	]);
	expect(ledger.has('second')).toBe(true);
	expect(ledger.has('fourth')).toBe(false);
});

test('the doubtful submits are told by item, with the jobs that they may be', () => {
	const context = {};
	const ledger = ledgerOf(context);
	const doubt = { message: 'm', description: 'd' };
	ledger.write(0, entry('a', 1, 'job-1'));
	ledger.write(1, { hash: 'b', sentAt: 2, doubt });
	ledger.write(2, { hash: 'c', sentAt: 3, doubt, candidates: ['x', 'y'] });
	const expected = [
		{ itemIndex: 1, candidates: [] },
		{ itemIndex: 2, candidates: ['x', 'y'] },
	];
	expect(ledger.doubtful).toEqual(expected);
	expect(ledgerOf(stored(context)).doubtful).toEqual(expected);
});

describe('two runs at once in the same context', () => {
	test('find nothing of each other, and what one leaves behind is found when it has ended', () => {
		const context = {};
		const [one, two] = [ledgerOf(context), ledgerOf(context)];
		one.write(0, entry('h', 1, 'job-1'));
		expect(two.find(0, 'h')).toBeUndefined();
		one.close();
		expect(two.find(0, 'h')?.jobId).toBe('job-1');
	});

	test('are each used by one only', () => {
		const context = {};
		ledgerOf(context).write(0, entry('h', 1, 'job-1'));
		const later = stored(context);
		const [one, two] = [ledgerOf(later), ledgerOf(later)];
		expect(one.find(0, 'h')?.jobId).toBe('job-1');
		expect(two.find(0, 'h')).toBeUndefined();
	});

	test('strike out only what is their own', () => {
		const context = {};
		const [one, two] = [ledgerOf(context), ledgerOf(context)];
		one.write(0, entry('h', 1, 'job-1'));
		two.write(0, entry('h', 2, 'job-2'));
		two.clear();
		expect(one.jobs).toEqual([{ jobId: 'job-1', itemIndex: 0 }]);
		one.clear();
		expect(one.jobs).toEqual([]);
		expect(JSON.stringify(context)).not.toContain('job');
	});
});

test('what an error says can be stored and said again', () => {
	const error = new TtapiError('No', { description: 'Why', jobId: 'j', httpStatus: 400 });
	const note = JSON.parse(JSON.stringify(noteOf(error))) as ReturnType<typeof noteOf>;
	expect(new TtapiError(note.message, note)).toEqual(error);
});
