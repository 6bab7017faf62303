import { expect, test } from '@jest/globals';
import { clientOf, openSimulator, submit } from './support/simulator.mts';

test.each([
	['seed', 97, 3],
	['new', '97', '3'],
] as const)('info in the %s dialect tells the account', async (dialect, balance, frozen) => {
	const simulator = await openSimulator({ dialect, balance: 100, slots: 5, jobMs: 600_000 });
	await submit(simulator, 'imagine', { prompt: 'a cat' });
	const { data } = await clientOf(simulator).get('/midjourney/v1/info');
	expect(data.status).toBe('SUCCESS');
	expect(data.data).toEqual({
		email: expect.stringContaining('@'),
		balance,
		freeze_balance: frozen,
		max_queue: 5,
		created_at: expect.any(String),
	});
});
