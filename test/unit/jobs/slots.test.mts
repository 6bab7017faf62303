import { expect, test } from '@jest/globals';

import { Slots } from '../../../nodes/TtapiMidjourney/jobs/slots.ts';
import { settle } from '../support/virtualClock.mts';

/** Work that goes on until it is told to end. */
function work() {
	let end!: () => void;
	let fail!: (error: Error) => void;
	const promise = new Promise<void>((resolve, reject) => ((end = resolve), (fail = reject)));
	return { end, fail, run: async () => await promise };
}

test('never runs more at once than there are slots, first come, first served', async () => {
	const slots = new Slots(2);
	const works = [work(), work(), work(), work()];
	const started: number[] = [];
	works.forEach(({ run }, index) => {
		void slots.run(async () => {
			started.push(index);
			await run();
		});
	});
	await settle();
	expect(started).toEqual([0, 1]);

	works[1].end();
	await settle();
	expect(started).toEqual([0, 1, 2]);

	works[0].end();
	works[2].end();
	await settle();
	expect(started).toEqual([0, 1, 2, 3]);
});

test('work that fails gives its slot back, too', async () => {
	const slots = new Slots(1);
	const failing = slots.run(async () => {
		throw new Error('no');
	});
	await expect(failing).rejects.toThrow('no');
	await expect(slots.run(async () => 'next')).resolves.toBe('next');
});

test('gives back what the work gives back', async () => {
	await expect(new Slots(1).run(async () => 42)).resolves.toBe(42);
});
