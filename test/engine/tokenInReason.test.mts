/** A fault that is left: copy to test/engine/ and run. */
import { expect, test } from '@jest/globals';
import type { INode } from 'n8n-workflow';

import { callbackFor, pauseAndStore } from './support/pausing.mts';
import { playTtapi } from './support/ttapi.mts';
import { passes } from './support/virtualTime.mts';

test.each<[string, Partial<INode>]>([
	['Stop', {}],
	['Continue', { onError: 'continueRegularOutput' }],
])('a reason that repeats the resume URL does not show its token, under "%s"', async (_, node) => {
	playTtapi({ seconds: 60, fails: ({ body }) => `callback to ${body.hookUrl} failed` });
	const stored = await pauseAndStore({ items: [{ prompt: 'cat' }], node });
	await passes(60);
	const { resumed } = await stored.callback(callbackFor('job-1'));
	expect(JSON.stringify([resumed!.seenBy, resumed!.error])).not.toMatch(/signature=/);
});
