/** Every operation against the simulator, in each of TTAPI's dialects: submitted, waited for, and read. */
import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { ALL, itemFor, type Named } from '../operations.mts';
import { runWorkflow } from './support/runWorkflow.mts';
import { credentialOf, simulated } from './support/simulated.mts';
import { workflowOf } from './support/workflows.mts';

describe.each(['wire', 'seed', 'new'] as const)('in the dialect "%s"', (dialect) => {
	async function run(operation: Named, parameters: IDataObject = {}) {
		const simulator = await simulated({ dialect, strictFetch: true });
		const { items, error } = await runWorkflow(workflowOf(operation.name), {
			items: [itemFor(operation, simulator)],
			parameters: { ...operation.pictures, ...parameters } as IDataObject,
			credential: credentialOf(simulator),
		});
		expect(error?.message).toBeUndefined();
		return { items, simulator };
	}

	test.each(ALL)('$name gives what it gives', async (operation) => {
		const { path, submits: family, gives } = operation;
		const { items, simulator } = await run(operation);
		const done = family ? { status: 'SUCCESS', family, progress: 100, quota: 3 } : {};
		expect(items[0].json).toMatchObject({ ...done, ...gives });
		const accepted = simulator
			.state()
			.requests.filter((request) => request.path === path && request.status === 200);
		expect(accepted.length).toBeGreaterThan(0);
		if (!family) return;
		expect(accepted).toHaveLength(1);
		const waited = simulator.state().jobs.at(-1)!;
		expect(items[0].json.jobId).toBe(waited.jobId);
		expect(waited.status).toBe('SUCCESS');
	});

	test.each([true, false])('the separate images of a grid, asked for: %s', async (isAsked) => {
		const [imagine] = ALL.filter(({ name }) => name === 'imagine');
		const { items } = await run(imagine, { options: isAsked ? { getUImages: true } : {} });
		const isGiven = isAsked || dialect === 'wire';
		expect(items[0].json.images).toHaveLength(isGiven ? 4 : 0);
	});
});
