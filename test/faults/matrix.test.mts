/**
 * Whether any fault of TTAPI or of the way to it loses a job, pays one twice or mixes results up: each kind of fault by
 * itself, then all together, by polling and by callback, through a real n8n. A callback is sent once. FAULT_JOBS says how many jobs (1000), FAULT_SEED
 * draws the faults of those together,
 * FAULT_ROWS runs only the rows with this text in their title.
 */
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { Places } from '../../nodes/TtapiMidjourney/jobs/places';
import { startWorld } from '../e2e/support/world.mts';
import { nothingWrong } from './support/balance.mts';
import { planMatrix, silentOf, type PlannedRow } from './support/plan.mts';
import { report } from './support/report.mts';
import { runRow, type EndedRow } from './support/runRow.mts';

const { FAULT_JOBS = '1000', FAULT_SEED = '1', FAULT_ROWS = '' } = process.env;
/** Most of the time all of them wait: for n8n's timers, and for jobs. */
const ROWS_AT_ONCE = 8;

jest.setTimeout(30 * 60_000);

const rows = planMatrix(Number(FAULT_JOBS), Number(FAULT_SEED)).filter((row) =>
	title(row).includes(FAULT_ROWS),
);
const worlds = await Promise.all(
	rows.map(
		async ({ slots, mode }) =>
			await startWorld({
				seed: Number(FAULT_SEED),
				slots,
				// 200 to 1500 ms.
				jobMs: 850,
				jobSpread: 0.76,
				balance: 1e6,
				// Both ways of TTAPI to say no.
				refusals: mode === 'poll' ? 400 : 200,
				language: mode === 'poll' ? 'en' : 'zh',
			}),
	),
);

const startedAt = performance.now();
const places = new Places(ROWS_AT_ONCE);
const ended: EndedRow[] = [];
const running = rows.map((row, at) => places.run(async () => await runRow(row, worlds[at])));
// Each test waits for its own row only: until then nobody else takes the rejection.
for (const each of running) each.then((row) => ended.push(row)).catch(() => {});

afterAll(() => {
	console.log(report(ended, (performance.now() - startedAt) / 1000));
});

const titled = rows.map((row, at) => [title(row), at] as const);

describe.each(titled)('%s', (_title, at) => {
	test('loses no job, pays none twice, mixes up no result and no state, exceeds no limit and gives up on no finished job', async () => {
		const { row, balance, state } = await running[at];
		expect(balance).toEqual(nothingWrong());
		expect(state.mostUnfinished).toBeLessThanOrEqual(row.slots);
	});

	test('happened to every job that it was planned for', async () => {
		const { row, state, starved } = await running[at];
		const fired = state.faults.map((fault) => fault.fired);
		expect(silentOf(row, fired, starved)).toEqual([]);
		expect(fired.some((times) => times > 0)).toBe(true);
	});
});

test('hardly any job found no slot in time', async () => {
	const all = await Promise.all(running);
	const starved = all.flatMap((row) => [...row.starved]);
	const items = all.reduce((sum, row) => sum + row.items, 0);
	expect(starved.length / items).toBeLessThan(0.03);
});

test('so many jobs were taken as were asked for', async () => {
	const states = (await Promise.all(running)).map(({ state }) => state);
	const taken = states.reduce((sum, { jobs }) => sum + jobs.length, 0);
	// Some rows alone take fewer.
	expect(taken).toBeGreaterThanOrEqual(FAULT_ROWS === '' ? Number(FAULT_JOBS) : 1);
});

function title({ name, mode }: PlannedRow): string {
	return `${name}, ${mode}`;
}
