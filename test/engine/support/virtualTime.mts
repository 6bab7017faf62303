/**
 * Time that passes by itself: whenever nothing but a timer is left to wait for, the clock jumps to it. Nodes and engine
 * wait with n8n's own sleep, and no test does.
 */
import { afterEach, jest } from '@jest/globals';

/** Turns of the event loop without any work under way, after which nothing comes without a timer (seen: 4). */
const IDLE_TURNS = 25;

/** Says whether data is still on its way; the fakes of the outside world register here. */
const busy: Array<() => boolean> = [
	() => process.getActiveResourcesInfo().some((name) => name.startsWith('FS')),
];

export const countAsBusy = (isBusy: () => boolean): void => void busy.push(isBusy);

/** Node packs and unpacks in a thread of its own, which shows nowhere: how much of it is waited for. */
let packing = 0;
countAsBusy(() => packing > 0);
for (const name of ['CompressionStream', 'DecompressionStream'] as const) {
	const Packer = globalThis[name];
	globalThis[name] = class {
		readonly writable: WritableStream;

		readonly readable: ReadableStream;

		constructor(format: 'deflate') {
			const { writable, readable } = new Packer(format);
			const reader = readable.getReader();
			this.writable = writable;
			this.readable = new ReadableStream(
				{
					async pull(controller) {
						packing++;
						const { done, value } = await reader.read().finally(() => void packing--);
						if (done) controller.close();
						else controller.enqueue(value);
					},
					cancel: async (reason) => await reader.cancel(reason),
				},
				// What nobody waits for, because it is not read any more, is not work.
				{ highWaterMark: 0 },
			);
		}
	} as unknown as typeof Packer;
}

/** A year for each test so far, in ms: what the process remembers of the one before is forgotten by then. */
let before = 0;

/** Fakes the clock and the timers, and leaves what moves data: nock and streams need it. */
export function useVirtualTime(): void {
	before += 365 * 24 * 3_600_000;
	jest.useFakeTimers({
		now: Date.UTC(2026, 0, 1),
		doNotFake: [
			'nextTick',
			'setImmediate',
			'clearImmediate',
			'queueMicrotask',
			'performance',
			'hrtime',
		],
	});
	// Only its time: what moves data needs the rest of it.
	jest.spyOn(performance, 'now').mockImplementation(() => Date.now() + before);
}

// An engine run takes its time where many others run at the same moment, although it waits for nothing.
jest.setTimeout(30_000);

/** A run that outlives its test (it timed out) must not go on turning. */
let test = 0;
afterEach(() => void test++);

/** Those who wait for something. Only the first one moves the clock: several would move it past work that is not idle. */
const waiting = new Set<PromiseLike<unknown>>();

/** Lets virtual time pass until `work` is done. */
export async function untilDone<T>(work: PromiseLike<T>): Promise<T> {
	let done = false;
	const mine = test;
	const finish = () => {
		done = true;
		waiting.delete(work);
	};
	waiting.add(work);
	work.then(finish, finish);
	while (!done) {
		await untilIdle(mine);
		if (mine !== test) {
			waiting.delete(work);
			throw new Error('The run did not end within the time of its test');
		}
		const [first] = waiting;
		if (!done && first === work && jest.getTimerCount() > 0)
			await jest.advanceTimersToNextTimerAsync();
	}
	return await work;
}

/** Lets that many seconds pass. */
export const passes = async (seconds: number): Promise<void> =>
	await untilDone(new Promise((resolve) => setTimeout(resolve, seconds * 1000)));

/** Until nothing moves any more: no answer on its way, no file being written. */
async function untilIdle(mine: number): Promise<void> {
	for (let turn = 0; turn < IDLE_TURNS && mine === test; turn++) {
		await new Promise((resolve) => setImmediate(resolve));
		if (busy.some((isBusy) => isBusy())) turn = 0;
	}
}
