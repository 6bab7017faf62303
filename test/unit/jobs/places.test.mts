import { expect, test } from '@jest/globals';

import { Places } from '../../../nodes/TtapiMidjourney/jobs/places.ts';
import { settle } from '../support/virtualClock.mts';

/** Work that goes on until it is told to end. */
function work() {
	let end!: () => void;
	let fail!: (error: Error) => void;
	const promise = new Promise<void>((resolve, reject) => ((end = resolve), (fail = reject)));
	return { end, fail, run: async () => await promise };
}

test('never runs more at once than there are places, first come, first served', async () => {
	const places = new Places(2);
	const works = Array.from({ length: 6 }, work);
	const started: number[] = [];
	const begin = (index: number) => {
		void places.run(async () => {
			started.push(index);
			await works[index].run();
		});
	};
	[0, 1, 2].forEach(begin);
	await settle();
	expect(started).toEqual([0, 1]);

	// One comes for each that ends: nobody gets a place that the next in line has.
	for (const [ended, next] of [
		[1, 2],
		[0, 3],
		[2, 4],
	]) {
		works[ended].end();
		await settle();
		begin(next + 1);
		await settle();
		expect(started.at(-1)).toBe(next);
		expect(started).toHaveLength(next + 1);
	}
});

test('work that fails gives its slot back, too', async () => {
	const places = new Places(1);
	const failing = places.run(async () => {
		throw new Error('no');
	});
	await expect(failing).rejects.toThrow('no');
	await expect(places.run(async () => 'next')).resolves.toBe('next');
});

test('gives back what the work gives back', async () => {
	await expect(new Places(1).run(async () => 42)).resolves.toBe(42);
});
