/** Who is hit by what: decided before the first job is submitted, by a seed, and the same in every run with that seed. */
import { pick, randomFrom } from '../../../simulator/random.mts';
import type { Fault } from '../../../simulator/startSimulator.mts';
import { endingOf, kindsOf, MODES, type Ending, type Kind, type Mode } from './kinds.mts';

export interface PlannedItem {
	/** Like no other one in the whole matrix. */
	prompt: string;
	kinds: Kind[];
	ending: Ending;
}

/** How an execution deals with an item that fails. */
export interface Manner {
	/** Whether the node hands on error items; else the execution fails. */
	continues: boolean;
	/** Who runs the node again when it fails: n8n by itself (Retry On Fail), or a person who presses Retry once. */
	retriedBy?: 'n8n' | 'person';
}

export interface PlannedExecution {
	items: PlannedItem[];
	manner: Manner;
}

/** A row of the matrix in one mode: one kind of fault, or all of them together. */
export interface PlannedRow {
	name: string;
	mode: Mode;
	executions: PlannedExecution[];
	/** How many executions run at once: they ask for more slots than there are. */
	atOnce: number;
	maxInFlight: number;
	/** How many unfinished jobs the account may have. */
	slots: number;
	/** In seconds. */
	maxWait: number;
	faults: Fault[];
}

export const TOGETHER = 'all together';

/** In turn. A failed execution submits fewer jobs than it has items, so most continue. */
const MANNERS: Manner[] = [
	{ continues: true, retriedBy: 'n8n' },
	{ continues: true },
	{ continues: false, retriedBy: 'n8n' },
	{ continues: true, retriedBy: 'n8n' },
	{ continues: true },
	{ continues: false, retriedBy: 'person' },
];

/** Some submits are never accepted, and an execution that fails leaves items behind. */
const ITEMS_PER_JOB = 1.4;
const SLOTS = 10;
const ITEMS_OF_ONE_KIND = 7;
const ITEMS_TOGETHER = 20;
const EXECUTIONS_TOGETHER = 4;
/** Of the items, those in rows of one kind. */
const SHARE_OF_SINGLE_KINDS = 0.5;
/** Of the items of all kinds together, those that are hit by none, one and two. */
const HITS = [0, 0, 1, 1, 1, 1, 2, 2];

const MAX_WAIT = 60;
/** A search in vain takes as long as Max Wait. */
const MAX_WAIT_TOGETHER = 20;

/** The history has no prompts for the simulator's faults to go by. */
const HISTORY_FAULTS: Fault[] = [
	{ kind: 'html', status: 503, endpoint: 'fetchList', nth: [2, 5] },
	{ kind: 'reset', endpoint: 'fetchList', nth: [3] },
];

/**
 * @param jobs how many jobs are to be taken in all rows
 * @returns the rows that take longest first
 */
export function planMatrix(jobs: number, seed: number): PlannedRow[] {
	const items = Math.ceil(jobs * ITEMS_PER_JOB);
	const rows = MODES.flatMap((mode) => kindsOf(mode).map((kind) => ({ mode, kind })));
	const each = Math.max(2, Math.floor((items * SHARE_OF_SINGLE_KINDS) / rows.length));
	const rest = Math.max(2 * MODES.length, items - each * rows.length);
	const together = MODES.map((mode) => planTogether(mode, Math.ceil(rest / MODES.length), seed));
	const single = rows.map(({ mode, kind }, at) => planKind(kind, mode, each, at));
	return [...together, ...single].sort((a, b) => lengthOf(b) - lengthOf(a));
}

/** In a rough order: what is searched for in vain takes longest. */
const lengthOf = ({ name, maxWait }: PlannedRow) =>
	(name === TOGETHER ? 50 : 0) + (maxWait < MAX_WAIT ? 10 : 0);

/** A row with one kind: it hits every other item, the first one among them; or all of them. */
function planKind(kind: Kind, mode: Mode, count: number, at: number): PlannedRow {
	const items = numbered(count, `${kind.name}, ${mode}`).map((prompt, index) =>
		planItem(prompt, kind.hitsAll || index % 2 === 0 ? [kind] : [], mode),
	);
	return {
		name: kind.name,
		mode,
		executions: inExecutions(items, ITEMS_OF_ONE_KIND, at),
		atOnce: 2,
		maxInFlight: 6,
		slots: SLOTS,
		maxWait: kind.maxWait ?? MAX_WAIT,
		faults: faultsOf(items),
	};
}

function planTogether(mode: Mode, count: number, seed: number): PlannedRow {
	const random = randomFrom(`plan ${seed} ${mode}`);
	const items = numbered(count, `${TOGETHER}, ${mode}`).map((prompt) =>
		planItem(prompt, drawKinds(random, mode), mode),
	);
	const each = Math.ceil(count / EXECUTIONS_TOGETHER);
	return {
		name: TOGETHER,
		mode,
		executions: inExecutions(items, Math.min(ITEMS_TOGETHER, each), 0),
		atOnce: EXECUTIONS_TOGETHER,
		maxInFlight: 6,
		slots: Math.min(SLOTS, each),
		maxWait: MAX_WAIT_TOGETHER,
		faults: [...faultsOf(items), ...HISTORY_FAULTS],
	};
}

function drawKinds(random: () => number, mode: Mode): Kind[] {
	const drawn: Kind[] = [];
	for (let left = pick(random, HITS); left > 0; left--) {
		const fitting = kindsOf(mode).filter((kind) => drawn.every((other) => canBeBoth(kind, other)));
		drawn.push(pick(random, fitting));
	}
	return drawn;
}

/** A failed job is in no history: nobody can know what became of it where its submit had no answer. */
const canBeBoth = (a: Kind, b: Kind) =>
	a.stage !== b.stage && ![a, b].every(({ stage }) => stage === 'submit' || stage === 'end');

function planItem(prompt: string, kinds: Kind[], mode: Mode): PlannedItem {
	const endings = kinds.map((kind) => endingOf(kind, mode));
	const ending = (['error', 'either'] as const).find((each) => endings.includes(each));
	return { prompt, kinds, ending: ending ?? 'result' };
}

const faultsOf = (items: PlannedItem[]): Fault[] =>
	items.flatMap(({ prompt, kinds }) => kinds.flatMap(({ faults }) => faults(prompt)));

/** No prompt is a part of another one. */
const numbered = (count: number, text: string): string[] =>
	Array.from({ length: count }, (_, index) => `${text} [${index}]`);

function inExecutions(items: PlannedItem[], size: number, from: number): PlannedExecution[] {
	const executions: PlannedExecution[] = [];
	for (let at = 0; at < items.length; at += size) {
		const manner = MANNERS[(from + executions.length) % MANNERS.length];
		executions.push({ items: items.slice(at, at + size), manner });
	}
	return executions;
}

/**
 * The kinds of fault that did not happen to an item that they were planned for, though nothing kept them from it.
 * @param fired how often each fault of the row has happened, in the row's order
 * @param starved prompts for which no slot became free
 */
export function silentOf(
	{ executions, faults }: PlannedRow,
	fired: number[],
	starved: Set<string>,
): string[] {
	const timesOf = new Map(faults.map((fault, at) => [JSON.stringify(fault), fired[at]]));
	return executions
		.filter(({ manner }) => manner.continues)
		.flatMap(({ items }) => items.filter(({ prompt }) => !starved.has(prompt)))
		.flatMap(({ prompt, kinds }) => {
			// Where the submit itself goes wrong, nothing else may be left to go wrong.
			const submit = kinds.filter(({ stage }) => stage === 'submit');
			return (submit.length > 0 ? submit : kinds)
				.filter((kind) => kind.faults(prompt).every((one) => !timesOf.get(JSON.stringify(one))))
				.map(({ name }) => `${name}: ${prompt}`);
		});
}
