import { describe, expect, test } from '@jest/globals';
import { KINDS, kindsOf, MODES } from './support/kinds.mts';
import { planMatrix, silentOf, TOGETHER, type PlannedRow } from './support/plan.mts';

const itemsOf = (rows: PlannedRow[]) =>
	rows.flatMap(({ executions }) => executions.flatMap(({ items }) => items));

const hits = (rows: PlannedRow[], row: string, mode: string, kind: string) =>
	itemsOf(rows.filter((each) => each.name === row && each.mode === mode)).filter(({ kinds }) =>
		kinds.some(({ name }) => name === kind),
	).length;

describe.each([100, 1000])('a plan for %i jobs', (jobs) => {
	const rows = planMatrix(jobs, 1);

	test('has more items than that, each with a prompt that is no part of another one', () => {
		const prompts = itemsOf(rows).map(({ prompt }) => prompt);
		expect(prompts.length).toBeGreaterThan(jobs);
		for (const row of rows) {
			const own = itemsOf([row]).map(({ prompt }) => prompt);
			for (const prompt of own) {
				expect(own.filter((other) => other.includes(prompt))).toEqual([prompt]);
			}
		}
		expect(new Set(prompts).size).toBe(prompts.length);
	});

	test('has every kind by itself, in every mode where it can happen, and mostly items beside it that are not hit', () => {
		for (const mode of MODES) {
			for (const { name, hitsAll = false } of kindsOf(mode)) {
				const items = itemsOf(rows.filter((row) => row.name === name && row.mode === mode)).length;
				const hit = hits(rows, name, mode, name);
				expect([name, hit > 0, hit < items]).toEqual([name, true, !hitsAll]);
			}
		}
	});

	test('asks for more slots at once than there are where all come together', () => {
		for (const row of rows.filter(({ name }) => name === TOGETHER)) {
			const { atOnce, maxInFlight, slots, executions } = row;
			const sizes = executions.map(({ items }) => Math.min(items.length, maxInFlight));
			const largest = sizes.sort((a, b) => b - a).slice(0, atOnce);
			expect(largest.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(slots);
		}
	});
});

test('a plan for 1000 jobs has every kind among all together, too', () => {
	const rows = planMatrix(1000, 1);
	for (const mode of MODES) {
		const missing = kindsOf(mode).filter(({ name }) => hits(rows, TOGETHER, mode, name) === 0);
		expect(missing).toEqual([]);
	}
	expect(KINDS.length).toBeGreaterThan(0);
});

test('a plan is the same for the same seed, and another one for another seed', () => {
	const plan = (seed: number) => JSON.stringify(planMatrix(300, seed));
	expect(plan(1)).toBe(plan(1));
	expect(plan(1)).not.toBe(plan(2));
});

test('a fault that was planned and did not happen is told', () => {
	const [row] = planMatrix(100, 1).filter(({ name }) => name === 'callback doubled');
	expect(
		silentOf(
			row,
			row.faults.map(() => 1),
			new Set(),
		),
	).toEqual([]);
	const manner = { continues: true };
	const continuing = { ...row, executions: row.executions.map((each) => ({ ...each, manner })) };
	expect(
		silentOf(
			continuing,
			row.faults.map(() => 0),
			new Set(),
		),
	).toEqual(['callback doubled: callback doubled, callback [0]']);
});
