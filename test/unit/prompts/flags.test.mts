import { describe, expect, test } from '@jest/globals';

import {
	findFlag,
	FLAGS,
	nearestName,
	rangeOf,
} from '../../../nodes/TtapiMidjourney/prompts/flags.ts';

describe("the table of Midjourney's flags", () => {
	test('has each name once', () => {
		const names = FLAGS.flatMap((flag) => flag.names);
		expect(names).toEqual([...new Set(names)]);
	});

	test.each([
		['aspect', 'ar'],
		['version', 'v'],
		['stylize', 's'],
		['chaos', 'c'],
		['weird', 'w'],
		['quality', 'q'],
		['repeat', 'r'],
		['profile', 'p'],
		['STYLIZE', 's'],
	])('knows --%s as --%s', (given, canonical) => {
		expect(findFlag(given)?.names[0]).toBe(canonical);
	});

	test.each([
		['s', undefined, [0, 1000]],
		['s', 3, [625, 60_000]],
		['iw', undefined, [0, 3]],
		['iw', 5.2, [0, 2]],
		['iw', 6, [0, 3]],
		['q', 3, [0.25, 5]],
		['q', 7, [0.25, 4]],
		['seed', undefined, [0, 4_294_967_295]],
		['ow', 7, [1, 1000]],
	])('limits --%s in version %s', (name, version, limits) => {
		const flag = findFlag(name);
		expect(flag && rangeOf(flag, version)?.slice(1)).toEqual(limits);
	});

	test('has ranges and versions in ascending order', () => {
		for (const { ranges = [], v = [], niji = [] } of FLAGS) {
			for (const [, low, high] of ranges) expect(low).toBeLessThan(high);
			for (const list of [ranges.map(([upTo]) => upTo), v, niji])
				expect(list).toEqual([...list].sort((a, b) => a - b));
			expect((v.length + niji.length) % 2).toBe(0);
		}
	});
});

describe('a misspelt name', () => {
	test.each([
		['aspct', 'aspect'],
		['styleize', 'stylize'],
		['stylise', 'stylize'],
		['wierd', 'weird'],
		['choas', 'chaos'],
		['verison', 'version'],
		['aspect-ratio', 'aspect'],
		['quailty', 'quality'],
		['tille', 'tile'],
	])('%s is near %s', (given, name) => {
		expect(nearestName(given)).toBe(name);
	});

	test.each(['foo', 'bravely', 'and', 'of', 'mountains', 'x'.repeat(5000)])(
		'%.20s is near nothing',
		(given) => {
			expect(nearestName(given)).toBeUndefined();
		},
	);
});
