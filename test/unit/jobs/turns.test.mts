import { describe, expect, test } from '@jest/globals';

import { Turns } from '../../../nodes/TtapiMidjourney/jobs/turns.ts';

const [first, second, third] = [{}, {}, {}];

/** Adds some for a run, named after it. */
function add(turns: Turns<{ run: object; name: string }>, run: object, ...names: string[]) {
	for (const name of names) turns.add({ run, name });
}

/** Takes the next one. */
function next(turns: Turns<{ run: object; name: string }>): string | undefined {
	const [one] = turns.waiting;
	if (one) turns.take(one);
	return one?.name;
}

const all = (turns: Turns<{ run: object; name: string }>) =>
	Array.from({ length: turns.waiting.length }, () => next(turns)).join(' ');

describe('the next one of a run', () => {
	test('comes in the order of the run, if it is alone', () => {
		const turns = new Turns<{ run: object; name: string }>();
		add(turns, first, 'a1', 'a2', 'a3');
		expect(all(turns)).toBe('a1 a2 a3');
	});

	test('comes behind what others have waiting', () => {
		const turns = new Turns<{ run: object; name: string }>();
		add(turns, first, 'a1', 'a2', 'a3');
		add(turns, second, 'b1', 'b2');
		add(turns, third, 'c1');
		expect(all(turns)).toBe('a1 b1 c1 a2 b2 a3');
	});

	test('waits for one round only, however long the others have waited', () => {
		const turns = new Turns<{ run: object; name: string }>();
		add(turns, first, 'a1', 'a2', 'a3', 'a4', 'a5');
		add(turns, second, 'b1', 'b2', 'b3');
		expect([next(turns), next(turns), next(turns)]).toEqual(['a1', 'b1', 'a2']);
		add(turns, third, 'c1', 'c2');
		expect(all(turns)).toBe('b2 c1 a3 b3 c2 a4 a5');
	});

	test('has no older turns left from a time in which the run had nothing to do', () => {
		const turns = new Turns<{ run: object; name: string }>();
		add(turns, first, 'a1', 'a2', 'a3');
		expect(all(turns)).toBe('a1 a2 a3');
		add(turns, second, 'b1', 'b2');
		add(turns, first, 'a4');
		expect(all(turns)).toBe('b1 b2 a4');
	});
});

test('who is put back is the next one of its round', () => {
	const turns = new Turns<{ run: object; name: string }>();
	add(turns, first, 'a1', 'a2');
	add(turns, second, 'b1', 'b2');
	const [one] = turns.waiting;
	turns.take(one);
	turns.putBack(one);
	expect(all(turns)).toBe('a1 b1 a2 b2');
});

test('who leaves has no turn', () => {
	const turns = new Turns<{ run: object; name: string }>();
	add(turns, first, 'a1', 'a2');
	turns.remove(turns.waiting[0]);
	expect(all(turns)).toBe('a2');
});
