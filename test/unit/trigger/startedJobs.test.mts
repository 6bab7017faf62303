import { beforeEach, describe, expect, test } from '@jest/globals';

import { memoryOf } from '../../../nodes/TtapiMidjourney/trigger/memory.ts';
import { StartedJobs } from '../../../nodes/TtapiMidjourney/trigger/startedJobs.ts';
import { fakeWebhook } from '../support/fakeWebhook.mts';
import { VirtualClock } from '../support/virtualClock.mts';

const END = 'job SUCCESS';
let memory: StartedJobs;
const clock = new VirtualClock();
/** A call of n8n, whose static data no other call has changed. */
const call = (started?: unknown) =>
	fakeWebhook(started === undefined ? {} : { staticData: { started } as never });

beforeEach(() => {
	memory = new StartedJobs();
});

const claim = (end: string) => memory.claim(call().context, clock, end);
const has = (end: string) => memory.has(call().context, clock, end);

describe('an end of a job', () => {
	test('starts the workflow once', () => {
		expect(has(END)).toBe(false);
		expect([claim(END), claim(END)]).toEqual([true, false]);
		expect(has(END)).toBe(true);
	});

	test('is another one with another status or job', () => {
		claim(END);
		expect([claim('job FAILED'), claim('other SUCCESS')]).toEqual([true, true]);
	});

	test('may start it again where it could not be started', () => {
		claim(END);
		memory.release(END);
		expect([claim(END), claim(END)]).toEqual([true, false]);
	});
});

describe("n8n's database", () => {
	test('is told of an end, with those that are known', () => {
		claim('first SUCCESS');
		const { context, staticData } = call('older SUCCESS');
		memory.claim(context, clock, END);
		memory.store(context, clock);
		expect(staticData.started).toBe(`older SUCCESS\nfirst SUCCESS\n${END}`);
	});

	test('knows what another process started, or this one before it was started anew', () => {
		const { context } = call(END);
		expect(memory.has(context, clock, END)).toBe(true);
		expect(memory.claim(context, clock, END)).toBe(false);
	});

	test.each([null, {}, 7])('may hold anything: %j', (started) => {
		const { context, staticData } = call(started);
		expect(memory.has(context, clock, END)).toBe(false);
		memory.claim(context, clock, END);
		memory.store(context, clock);
		expect(staticData.started).toBe(END);
	});

	test('is read as it was written, with its order', () => {
		const { context, staticData } = call(`older SUCCESS\n${END}`);
		expect(memory.has(context, clock, END)).toBe(true);
		memory.claim(context, clock, 'new SUCCESS');
		memory.store(context, clock);
		expect(staticData.started).toBe(`older SUCCESS\n${END}\nnew SUCCESS`);
	});

	test('holds each end once, and plain texts', () => {
		claim(END);
		const { context, staticData } = call(END);
		memory.store(context, clock);
		expect(staticData.started).toBe(END);
	});

	test('holds the last 1,000', () => {
		const { context, staticData } = call(
			Array.from({ length: 1_000 }, (_, n) => `${n} SUCCESS`).join('\n'),
		);
		memory.claim(context, clock, END);
		memory.store(context, clock);
		const stored = String(staticData.started).split('\n');
		expect(stored).toHaveLength(1_000);
		expect(stored.at(0)).toBe('1 SUCCESS');
		expect(stored.at(-1)).toBe(END);
	});
});

test('the last 1,000 are remembered in this process, and no more', () => {
	for (let n = 0; n < 1_001; n++) claim(`${n} SUCCESS`);
	expect(memory.has(call().context, clock, '0 SUCCESS')).toBe(false);
	expect(memory.has(call().context, clock, '1 SUCCESS')).toBe(true);
	expect(memory.has(call().context, clock, '1000 SUCCESS')).toBe(true);
});

describe('each trigger has a memory of its own', () => {
	const of = (workflowId: string, id: string, mode = 'webhook') =>
		memoryOf(fakeWebhook({ workflowId, node: { id }, mode }).context, clock);

	test('which every call of it finds', () => expect(of('w', 'n')).toBe(of('w', 'n')));

	test.each([
		['w', 'other'],
		['other', 'n'],
	])('workflow %s, node %s', (workflowId, id) => {
		expect(of(workflowId, id)).not.toBe(of('w', 'n'));
	});

	test('and another one for its test URL', () => {
		expect(of('w', 'n', 'manual')).not.toBe(of('w', 'n'));
	});

	test('which is kept for the last 1,000 triggers that were called', () => {
		const [first, second] = [of('w', 'first'), of('w', 'second')];
		for (let n = 0; n < 998; n++) of('w', `${n}`);
		expect(of('w', 'first')).toBe(first);
		of('w', 'one more');
		expect(of('w', 'first')).toBe(first);
		expect(of('w', 'second')).not.toBe(second);
	});
});
