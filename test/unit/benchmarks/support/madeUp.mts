/** Benchmarks that measure nothing, and what might have come of them. */
import type { Benchmark, Measure, Round } from '../../../../benchmarks/support/benchmark.mts';
import type { SavedRow } from '../../../../benchmarks/support/results.mts';

export const AT_MOST_ONE: Measure = { unit: 'ms', goal: { atMost: 1 } };

export const madeUp = (row: number, measures: Benchmark['measures'] = { time: AT_MOST_ONE }) => ({
	row,
	work: `work ${row}`,
	against: `another way ${row}`,
	method: `Method ${row}.`,
	measures,
	run: async () => [],
});

/** Five rounds: theirs is 10 in each. */
export const rounds = (ours: number[], key = 'time'): Round[] =>
	ours.map((value) => ({ [key]: { ours: value, theirs: 10 } }));

export const savedRow = (row: number, ours: number[], more: Partial<SavedRow> = {}): SavedRow => ({
	row,
	measuredAt: '2026-01-02T03:04:05.000Z',
	rounds: rounds(ours),
	machine: { processor: 'Processor', cores: 2, memoryGB: 8, system: 'System' },
	versions: { package: '1.2.3', n8n: '2.41.1' },
	commit: 'abcdef0123',
	...more,
});
