/** What a run of the matrix came to, as tables. */
import Table from 'cli-table3';
import { firedOf, type EndedRow } from './runRow.mts';

export function report(rows: EndedRow[], seconds: number): string {
	const sum = (of: (row: EndedRow) => number) => rows.reduce((total, row) => total + of(row), 0);
	const jobs = ({ state }: EndedRow) => state.jobs.length;
	const balances = new Table({
		head: [
			...['Fault', 'Mode', 'Items', 'Jobs', 'Results', 'Errors', 'Failed runs', 'Lost', 'Doubled'],
			...[
				'Wrong item',
				'Wrong state',
				'Too many',
				'Timed out',
				'Most at once',
				'Starved',
				'Full queue',
				'Seconds',
			],
		],
		style: { head: [], border: [] },
	});
	for (const each of rows) {
		const { row, items, results, errors, failedExecutions, state } = each;
		balances.push([
			...[row.name, row.mode, items, jobs(each), results, errors, failedExecutions],
			...countsOf(each),
			...[state.mostUnfinished, each.starved.size, each.fullQueues, Math.round(each.seconds)],
		]);
	}
	const counts = rows.map(countsOf);
	balances.push([
		...['Sum', '', sum(({ items }) => items), sum(jobs), sum(({ results }) => results)],
		...[sum(({ errors }) => errors), sum((each) => each.failedExecutions)],
		...[0, 1, 2, 3, 4, 5].map((at) => counts.reduce((total, count) => total + count[at], 0)),
		Math.max(...rows.map(({ state }) => state.mostUnfinished)),
		...[
			sum(({ starved }) => starved.size),
			sum(({ fullQueues }) => fullQueues),
			Math.round(seconds),
		],
	]);

	const faults = new Table({ head: ['Injected', 'Times'], style: { head: [], border: [] } });
	const fired = firedOf(rows.flatMap(({ state }) => state.faults));
	for (const [name, times] of [...fired].sort()) faults.push([name, times]);
	faults.push(['Sum', [...fired.values()].reduce((total, times) => total + times, 0)]);
	return `${balances.toString()}\n${faults.toString()}`;
}

const countsOf = ({ balance }: EndedRow): number[] => [
	balance.lost.length,
	balance.doubled.length,
	balance.wrongItem.length,
	balance.wrongState.length,
	balance.tooMany.length,
	balance.timedOut.length,
];
