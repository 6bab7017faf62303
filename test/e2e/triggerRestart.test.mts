import { expect, test } from '@jest/globals';
import { startOwnN8n } from './support/ownN8n.mts';
import { answers, callbackOf, listen } from './support/trigger.mts';
import { startWorld } from './support/world.mts';

const world = await startWorld();
const { simulator } = world;
const own = await startOwnN8n(world);

const OLD = 'afa774a3-1aee-5aba-4510-14818d6875e4';
const NEW = 'f5850038-90a3-8a97-0476-107ea4b8dac4';

test('after a restart of n8n a callback from before starts nothing, a new one does', async () => {
	simulator.addFinishedJob({ jobId: OLD });
	simulator.addFinishedJob({ jobId: NEW });
	const listener = await listen(own);
	expect((await listener.post(callbackOf(OLD))).status).toBe(200);
	await listener.runs(1);

	await own.restart();
	await answers(listener);
	const statuses: number[] = [];
	for (const jobId of [OLD, NEW, OLD]) {
		statuses.push((await listener.post(callbackOf(jobId))).status);
	}
	expect(statuses).toEqual([200, 200, 200]);
	const runs = await listener.runs(2);
	expect(runs.flat().map(({ json }) => json.jobId)).toEqual([OLD, NEW]);
});
