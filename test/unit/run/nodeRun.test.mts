import { describe, expect, test } from '@jest/globals';

import { Ledger } from '../../../nodes/TtapiMidjourney/ledger/ledger.ts';
import { NodeRun } from '../../../nodes/TtapiMidjourney/run/nodeRun.ts';
import { fakeContext } from '../support/fakeContext.mts';

async function newRun(): Promise<NodeRun> {
	const { context } = fakeContext();
	return await NodeRun.start(context, Ledger.of(context), {});
}

describe('the account', () => {
	test('is asked for by the newest of the runs that go on', async () => {
		const [first, second] = [await newRun(), await newRun()];
		const { account } = first.client;
		const asks = account.asks;
		second.end();
		expect(account.asks).not.toBe(asks);
		expect(account.asks).toBeDefined();
		first.end();
		expect(account.asks).toBeUndefined();
	});
});

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

describe('a question that is asked once', () => {
	test('has one answer for all items of a run, at the same moment and later', async () => {
		const run = await newRun();
		const { ask } = asking();
		const answers = await Promise.all([run.once('a', ask), run.once('a', ask)]);
		expect([...answers, await run.once('a', ask)]).toEqual([1, 1, 1]);
	});

	test('is asked again in another run, and so is another question', async () => {
		const run = await newRun();
		const { ask } = asking();
		await run.once('a', ask);
		expect(await run.once('b', ask)).toBe(2);
		expect(await (await newRun()).once('a', ask)).toBe(3);
	});

	test('shares its failure, too: the same question would fail for each item', async () => {
		const run = await newRun();
		const { fail } = asking();
		for (let item = 0; item < 3; item++)
			await expect(run.once('a', fail)).rejects.toThrow('failure 1');
	});
});
