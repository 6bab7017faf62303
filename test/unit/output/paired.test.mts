import { expect, test } from '@jest/globals';

import { paired } from '../../../nodes/TtapiMidjourney/output/outcome.ts';

test('items come out in the order of the input, each paired with its input item', () => {
	const binary = { data: { data: 'bytes', mimeType: 'image/png' } };
	expect(
		paired([[{ json: { n: 1 } }], [], [{ json: { n: 2 }, binary }, { json: { n: 3 } }]]),
	).toEqual([
		{ json: { n: 1 }, pairedItem: { item: 0 } },
		{ json: { n: 2 }, binary, pairedItem: { item: 2 } },
		{ json: { n: 3 }, pairedItem: { item: 2 } },
	]);
});

test('the items that were given stay as they are', () => {
	const item = { json: {} };
	paired([[item]]);
	expect(item).toEqual({ json: {} });
});
