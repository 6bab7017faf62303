import { beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { IWebhookFunctions } from 'n8n-workflow';

import {
	forgetCredential,
	recentCredential as recentCredentialOf,
} from '../../../nodes/TtapiMidjourney/callbacks/recentCredential.ts';
import { VirtualClock } from '../support/virtualClock.mts';

let reads: number;
let node: string;
let clock: VirtualClock;

beforeEach(() => {
	clock = new VirtualClock();
	reads = 0;
	node = randomUUID();
});

/** A call of a node with this credential; what n8n reads is numbered. */
const call = (id = '1', { fails = false, workflowId = 'workflow' } = {}) =>
	({
		getNode: () => ({ id: node, credentials: { ttapiApi: { id, name: 'TTAPI account' } } }),
		getWorkflow: () => ({ id: workflowId }),
		getCredentials: async () => {
			reads++;
			if (fails) throw new Error('n8n cannot decrypt it');
			return { apiKey: `key ${reads}` };
		},
	}) as unknown as IWebhookFunctions;

const recentCredential = async (context: IWebhookFunctions) =>
	await recentCredentialOf(context, clock);

test('calls at the same moment, and for some seconds, share what was read once', async () => {
	const [first, second] = await Promise.all([recentCredential(call()), recentCredential(call())]);
	await clock.advance(9_000);
	expect([first, second, await recentCredential(call())]).toEqual(Array(3).fill(first));
	expect(reads).toBe(1);
});

test('a changed credential is noticed after ten seconds', async () => {
	await recentCredential(call());
	await clock.advance(10_001);
	expect(await recentCredential(call())).toEqual({ apiKey: 'key 2' });
});

test('another credential, node or workflow has its own', async () => {
	await recentCredential(call('1'));
	await recentCredential(call('2'));
	await recentCredential(call('1', { workflowId: 'another' }));
	node = randomUUID();
	await recentCredential(call('1'));
	expect(reads).toBe(4);
});

test('one that was forgotten is read anew', async () => {
	await recentCredential(call());
	forgetCredential(call());
	expect(await recentCredential(call())).toEqual({ apiKey: 'key 2' });
});

test('one that could not be read is read anew', async () => {
	await expect(recentCredential(call('1', { fails: true }))).rejects.toThrow('n8n cannot decrypt');
	expect(await recentCredential(call())).toEqual({ apiKey: 'key 2' });
});
