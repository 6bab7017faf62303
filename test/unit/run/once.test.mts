import { expect, test } from '@jest/globals';

import { once } from '../../../nodes/TtapiMidjourney/run/once.ts';
import type { Tools } from '../../../nodes/TtapiMidjourney/run/operation.ts';
import { VirtualClock } from '../support/virtualClock.mts';

const newRun = () => ({ clock: new VirtualClock() }) as unknown as Tools;

/** Something to ask for; the answers are numbered. */
function asking() {
	let asked = 0;
	return {
		ask: async () => ++asked,
		fail: async () => {
			throw new Error(`failure ${++asked}`);
		},
	};
}

test('all items of a run share an answer, at the same moment and later', async () => {
	const [run, { ask }] = [newRun(), asking()];
	const answers = await Promise.all([once(run, 'a', ask), once(run, 'a', ask)]);
	expect([...answers, await once(run, 'a', ask)]).toEqual([1, 1, 1]);
});

test('another question, or another run, is answered anew', async () => {
	const [run, { ask }] = [newRun(), asking()];
	await once(run, 'a', ask);
	expect(await once(run, 'b', ask)).toBe(2);
	expect(await once(newRun(), 'a', ask)).toBe(3);
});

test('a failure is shared, too: the same question would fail for each item', async () => {
	const [run, { fail }] = [newRun(), asking()];
	for (let item = 0; item < 3; item++)
		await expect(once(run, 'a', fail)).rejects.toThrow('failure 1');
});
