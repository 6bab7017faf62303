import { expect, test } from '@jest/globals';

import { accountKey, accountOf } from '../../../nodes/TtapiMidjourney/transport/accounts.ts';
import { VirtualClock } from '../support/virtualClock.mts';

const MINUTE = 60_000;
let hosts = 0;
/** The key of an account that no other test uses. */
const newKey = (apiKey = 'key') => accountKey(`https://accounts-${hosts++}.example.com`, apiKey);

test('all that use the same host and key share an account', () => {
	const clock = new VirtualClock();
	const key = newKey();
	expect(accountOf(clock, key)).toBe(accountOf(clock, key));
});

test('another key, and another host, is another account', () => {
	const host = 'https://accounts.example.com';
	const keys = [accountKey(host, 'a'), accountKey(host, 'b'), accountKey(`${host}/c`, 'a')];
	expect(new Set(keys).size).toBe(3);
	for (const key of keys) expect(key).toMatch(/^[\da-f]{64}$/);
});

test.each(['api', 'hold'])("%s.ttapi.io and .org are the same account of TTAPI's", (name) => {
	const keys = ['io', 'org', 'org/c'].map((end) => accountKey(`https://${name}.ttapi.${end}`, 'a'));
	expect(keys[0]).toBe(keys[1]);
	expect(keys[2]).not.toBe(keys[1]);
});

test('an account is kept as long as it is used, and half an hour more', async () => {
	const clock = new VirtualClock();
	const key = newKey();
	const account = accountOf(clock, key);
	for (let hour = 0; hour < 3; hour++) {
		await clock.advance(29 * MINUTE);
		expect(accountOf(clock, key)).toBe(account);
	}
	await clock.advance(30 * MINUTE);
	expect(accountOf(clock, key)).not.toBe(account);
});

test('100 accounts are kept', () => {
	const clock = new VirtualClock();
	const [first, ...others] = Array.from({ length: 101 }, () => newKey());
	const account = accountOf(clock, first);
	others.forEach((key) => accountOf(clock, key));
	expect(accountOf(clock, first)).not.toBe(account);
});
