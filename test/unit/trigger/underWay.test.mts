import { beforeEach, expect, test } from '@jest/globals';

import { UnderWay } from '../../../nodes/TtapiMidjourney/trigger/underWay.ts';
import { settle, VirtualClock } from '../support/virtualClock.mts';

let clock: VirtualClock;
let underWay: UnderWay<string>;

beforeEach(() => {
	clock = new VirtualClock();
	underWay = new UnderWay();
});

test('who comes for the same gets the same result', async () => {
	underWay.add(clock, 'a', Promise.resolve('result'));
	expect(underWay.join(clock, 'b')).toBeUndefined();
	expect(await underWay.join(clock, 'a')).toBe('result');
});

test.each([
	['a result', async () => 'result'],
	['a failure', async () => await Promise.reject<string>(new Error('no'))],
])('nothing is under way any more after %s', async (_title, work) => {
	underWay.add(clock, 'a', work());
	expect(underWay.count(clock)).toBe(1);
	await settle();
	expect(underWay.count(clock)).toBe(0);
	expect(underWay.join(clock, 'a')).toBeUndefined();
});

test('10 calls may wait for the same, and no more', () => {
	underWay.add(clock, 'a', Promise.resolve('result'));
	for (let n = 0; n < 10; n++) expect(underWay.join(clock, 'a')).toBeDefined();
	expect(() => underWay.join(clock, 'a')).toThrow('Too many callbacks at once');
});

test('what never has a result is forgotten, but not before any call is over', async () => {
	underWay.add(clock, 'a', new Promise(() => {}));
	await clock.advance(59 * 60_000);
	expect(underWay.join(clock, 'a')).toBeDefined();
	await clock.advance(60_000);
	expect(underWay.join(clock, 'a')).toBeUndefined();
});
