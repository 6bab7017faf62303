/** The linter against the prompt library, which another hand wrote from Midjourney's documentation, before the linter. */
import { describe, expect, test } from '@jest/globals';

import { lintPrompt } from '../../../nodes/TtapiMidjourney/prompts/lintPrompt.ts';
import { BROKEN } from './library/broken.mts';
import { GOOD } from './library/good.mts';

/** The start of a prompt on one line, which is enough to find it in the library. */
function startOf(prompt: string): string {
	return JSON.stringify(prompt.slice(0, 100));
}

describe('the library', () => {
	test('holds 200 prompts that are right and 60 that are broken, none of them twice', () => {
		const broken = BROKEN.map(({ prompt }) => prompt);
		expect([GOOD.length, broken.length]).toEqual([200, 60]);
		expect(new Set([...GOOD, ...broken]).size).toBe(260);
	});

	test('names the piece that is wrong as the prompt has it', () => {
		for (const { prompt, at } of BROKEN) expect(prompt).toContain(at ?? '');
	});
});

describe('nothing is found in', () => {
	test.each(GOOD.map((prompt) => [startOf(prompt), prompt]))('%s', (_, prompt) => {
		expect(lintPrompt(prompt)).toEqual([]);
	});
});

describe('one thing is found:', () => {
	test.each(BROKEN.map((broken) => [broken.rule, startOf(broken.prompt), broken] as const))(
		'%s in %s',
		(rule, _, { prompt, at }) => {
			const findings = lintPrompt(prompt);
			expect(findings.map((finding) => finding.rule)).toEqual([rule]);
			if (at !== undefined) expect(findings[0]?.at).toBe(at);
		},
	);
});
