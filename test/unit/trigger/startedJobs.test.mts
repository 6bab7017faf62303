import { beforeEach, describe, expect, test } from '@jest/globals';

import { memoryOf } from '../../../nodes/TtapiMidjourney/trigger/memory.ts';
import { StartedJobs } from '../../../nodes/TtapiMidjourney/trigger/startedJobs.ts';
import { fakeWebhook } from '../support/fakeWebhook.mts';
import { settle, VirtualClock } from '../support/virtualClock.mts';

const END = 'job SUCCESS';
let memory: StartedJobs;
const clock = new VirtualClock();
/** A call of n8n, whose static data no other call has changed. */
const call = (started?: unknown) =>
	fakeWebhook(started === undefined ? {} : { staticData: { started } as never });

beforeEach(() => {
	memory = new StartedJobs();
});

/** A call that starts the workflow, with success or not. */
async function start(end: string, isStarted = true) {
	const settled = await memory.begin(call().context, clock, end);
	settled?.(isStarted);
	return settled !== undefined;
}

describe('an end of a job', () => {
	test('starts the workflow once', async () => {
		expect([await start(END), await start(END)]).toEqual([true, false]);
		expect(await memory.has(call().context, clock, END)).toBe(true);
	});

	test('is another one with another status or job', async () => {
		await start(END);
		expect(await start('job FAILED')).toBe(true);
		expect(await start('other SUCCESS')).toBe(true);
	});

	test('may start it again where n8n could not start it', async () => {
		expect([await start(END, false), await start(END), await start(END)]).toEqual([
			...[true, true, false],
		]);
	});

	test('is not known before', async () => {
		expect(await memory.has(call().context, clock, END)).toBe(false);
	});
});

describe('of several calls at the same moment', () => {
	test.each([
		['the first one starts, and the others wait until that is sure', true, [false, false]],
		['the next one starts where the first could not', false, [true, false]],
	])('%s', async (_title, isStarted, others) => {
		const first = await memory.begin(call().context, clock, END);
		const started: boolean[] = [];
		const waiting = [1, 2].map(async () => {
			const settled = await memory.begin(call().context, clock, END);
			started.push(settled !== undefined);
			settled?.(true);
		});
		await settle();
		expect(started).toEqual([]);
		first?.(isStarted);
		await Promise.all(waiting);
		expect(started).toEqual(others);
	});

	test.each([true, false])('who only asks waits, too: %s', async (isStarted) => {
		const first = await memory.begin(call().context, clock, END);
		const asking = memory.has(call().context, clock, END);
		first?.(isStarted);
		expect(await asking).toBe(isStarted);
	});

	test('those of other jobs do not wait', async () => {
		await memory.begin(call().context, clock, END);
		expect(await memory.begin(call().context, clock, 'other SUCCESS')).toBeDefined();
		expect(await memory.has(call().context, clock, 'third SUCCESS')).toBe(false);
	});
});

describe("n8n's database", () => {
	test('is told of an end, with those that are known', async () => {
		await start('first SUCCESS');
		const { context, staticData } = call('older SUCCESS');
		memory.store(context, clock, END);
		expect(staticData.started).toBe(`older SUCCESS\nfirst SUCCESS\n${END}`);
	});

	test('knows what another process started, or this one before it was started anew', async () => {
		const { context } = call(END);
		expect(await memory.has(context, clock, END)).toBe(true);
		expect(await memory.begin(context, clock, END)).toBeUndefined();
	});

	test.each([null, {}, 7])('may hold anything: %j', async (started) => {
		const { context, staticData } = call(started);
		expect(await memory.has(context, clock, END)).toBe(false);
		memory.store(context, clock, END);
		expect(staticData.started).toBe(END);
	});

	test('is read as it was written, with its order', async () => {
		const { context, staticData } = call(`older SUCCESS\n${END}`);
		expect(await memory.has(context, clock, END)).toBe(true);
		memory.store(context, clock, 'new SUCCESS');
		expect(staticData.started).toBe(`older SUCCESS\n${END}\nnew SUCCESS`);
	});

	test('holds each end once, and plain texts', async () => {
		await start(END);
		const { context, staticData } = call(END);
		memory.store(context, clock, END);
		expect(staticData.started).toBe(END);
	});

	test('holds the last 1,000', () => {
		const { context, staticData } = call(
			Array.from({ length: 1_000 }, (_, n) => `${n} SUCCESS`).join('\n'),
		);
		memory.store(context, clock, END);
		const stored = String(staticData.started).split('\n');
		expect(stored).toHaveLength(1_000);
		expect(stored.at(0)).toBe('1 SUCCESS');
		expect(stored.at(-1)).toBe(END);
	});
});

test('the last 1,000 are remembered in this process, and no more', async () => {
	for (let n = 0; n < 1_001; n++) await start(`${n} SUCCESS`);
	expect(await memory.has(call().context, clock, '0 SUCCESS')).toBe(false);
	expect(await memory.has(call().context, clock, '1 SUCCESS')).toBe(true);
	expect(await memory.has(call().context, clock, '1000 SUCCESS')).toBe(true);
});

describe('each trigger has a memory of its own', () => {
	const of = (workflowId: string, id: string) =>
		memoryOf(fakeWebhook({ workflowId, node: { id } }).context, clock);

	test('which every call of it finds', () => expect(of('w', 'n')).toBe(of('w', 'n')));

	test.each([
		['w', 'other'],
		['other', 'n'],
	])('workflow %s, node %s', (workflowId, id) => {
		expect(of(workflowId, id)).not.toBe(of('w', 'n'));
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
