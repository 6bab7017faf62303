/** What no callback has told: the process that paused finds it, and goes on. */
import { describe, expect, test } from '@jest/globals';

import { sent } from './support/http.mts';
import {
	callbackFor,
	ownCalls,
	pauseAndStore,
	renamed,
	serve,
	type Stored,
} from './support/pausing.mts';
import { NODE_NAME, type RunOptions } from './support/runWorkflow.mts';
import { playTtapi } from './support/ttapi.mts';
import { passes } from './support/virtualTime.mts';

const items = [{ prompt: 'cat' }, { prompt: 'dog' }];
const statuses = ({ resumed }: Stored) => resumed?.seenBy.Done.map(({ json }) => json.status);
const paused = async (options: RunOptions = {}, workflow?: object) =>
	serve(await pauseAndStore({ items, ...options }, workflow));

describe('without any callback', () => {
	test('an execution whose jobs end right after the pause goes on within seconds', async () => {
		playTtapi({ seconds: 1 });
		const stored = await paused();
		await passes(5);
		expect(stored.resumed?.status).toBe('success');
		expect(statuses(stored)).toEqual(['SUCCESS', 'SUCCESS']);
		expect(ownCalls.length).toBeLessThanOrEqual(2);
		const own = new RegExp(
			`^/webhook-waiting/execution/${encodeURIComponent(NODE_NAME)}\\?signature=`,
		);
		expect(ownCalls[0].path).toMatch(own);
	});

	test('one whose jobs take longer goes on at the next look', async () => {
		playTtapi({ seconds: 55 });
		const stored = await paused();
		await passes(75);
		expect(statuses(stored)).toEqual(['SUCCESS', 'SUCCESS']);
		expect(ownCalls[0].at).toBeLessThanOrEqual(71);
	});

	test('one whose time is up goes on with what has ended, and says which has not', async () => {
		playTtapi({ seconds: ({ body }) => (body.prompt === 'cat' ? 9999 : 50) });
		const stored = await paused({ parameters: { options: { maxWait: 60 } } });
		await passes(62);
		expect(stored.resumed?.seenBy.Done).toMatchObject([
			{ json: { status: 'ON_QUEUE', timedOut: true } },
			{ json: { status: 'SUCCESS' } },
		]);
		expect(stored.resumed?.seenBy.Done[1].json).not.toHaveProperty('timedOut');
	});

	test('an error of TTAPI changes nothing, whatever it is', async () => {
		const troubles = [502, 401, 404, 403, 302];
		playTtapi({
			seconds: 1,
			fetch: ({ at }, looks) =>
				at > 0 && looks % 3 !== 0 ? { status: troubles[looks % 5], body: '<html>' } : undefined,
		});
		const stored = await paused();
		await passes(200);
		expect(statuses(stored)).toEqual(['SUCCESS', 'SUCCESS']);
	});

	test('the node may have any name', async () => {
		playTtapi({ seconds: 1 });
		const nodeName = `it's "ä/b" {{ 1 }}`;
		const stored = await paused({ nodeName }, renamed(nodeName));
		await passes(5);
		expect(stored.resumed?.status).toBe('success');
	});
});

test('a callback that comes while TTAPI cannot be asked for 8 s is enough', async () => {
	let isDown = false;
	playTtapi({ seconds: 100, fetch: () => (isDown ? { status: 503 } : undefined) });
	const stored = await paused();
	await passes(100);
	isDown = true;
	const downUntil = Date.now() + 8_000;
	setTimeout(() => (isDown = false), 8_000);
	const { status, resumed } = await stored.callback(callbackFor('job-2'));
	expect(status).toBe(200);
	if (!resumed) await passes(6);
	expect((resumed ?? stored.resumed)?.status).toBe('success');
	expect(Date.now() - downUntil).toBeLessThan(10_000);
});

test('nobody is asked any more once the execution has gone on', async () => {
	playTtapi({ seconds: 20 });
	const stored = await pauseAndStore({ items });
	await passes(20);
	expect((await stored.callback(callbackFor('job-1'))).resumed?.status).toBe('success');
	const before = sent.length;
	await passes(400);
	expect(sent).toHaveLength(before);
	expect(ownCalls).toEqual([]);
});
