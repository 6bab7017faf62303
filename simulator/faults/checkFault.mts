import type { Fault, FaultStage } from './fault.mts';

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const texts: Check = (value) => text(value) || (Array.isArray(value) && value.every(text));
const amount: Check = (value) => typeof value === 'number' && value >= 0 && Number.isFinite(value);
const share: Check = (value) => amount(value) && (value as number) <= 1;
const counting: Check = (value) => Number.isInteger(value) && (value as number) >= 1;
const countings: Check = (value) =>
	counting(value) || (Array.isArray(value) && value.every(counting));
const httpStatus: Check = (value) =>
	counting(value) && Number(value) >= 200 && Number(value) <= 599;
const when: Check = (value) => value === 'before' || value === 'after';

const matchFields: Record<string, Check> = {
	endpoint: texts,
	prompt: text,
	nth: countings,
	count: counting,
	probability: share,
};

interface Kind {
	stage: FaultStage;
	required?: Record<string, Check>;
	optional?: Record<string, Check>;
}

const kinds: Record<Fault['kind'], Kind> = {
	status: {
		stage: 'answer',
		required: { status: httpStatus },
		optional: { message: text, retryAfter: (value) => amount(value) || text(value), when },
	},
	html: { stage: 'answer', optional: { status: httpStatus, when } },
	reset: { stage: 'answer', optional: { when } },
	slow: { stage: 'answer', required: { ms: amount }, optional: { when } },
	redirect: { stage: 'answer', optional: { location: text, status: httpStatus } },
	jobFails: { stage: 'job', required: { message: text } },
	jobNeverEnds: { stage: 'job' },
	fetchLags: { stage: 'job', optional: { fetches: counting, ms: amount } },
	callbackLost: { stage: 'job' },
	callbackEarly: { stage: 'job' },
	callbackDuplicate: { stage: 'job', optional: { times: counting } },
	callbackReordered: { stage: 'job', optional: { ms: amount } },
	pictureCut: { stage: 'picture' },
	pictureLength: { stage: 'picture', required: { factor: amount } },
	pictureEndless: { stage: 'picture', optional: { megabytes: counting } },
	pictureSlow: { stage: 'picture', required: { ms: amount } },
};

/** The endpoints where the faults of each stage can happen. */
export type FaultPlaces = Record<FaultStage, string[]>;

export const stageOf = (fault: Fault): FaultStage => kinds[fault.kind].stage;

/**
 * Checks that something is a fault, so that a slip of the pen does not make a fault that never
 * fires.
 *
 * @throws Error that names the field which is wrong
 */
export function checkFault(fault: unknown, places: FaultPlaces): Fault {
	if (typeof fault !== 'object' || fault === null || Array.isArray(fault)) {
		throw new Error('A fault is an object with a "kind".');
	}
	const fields = fault as Record<string, unknown>;
	if (!Object.hasOwn(kinds, String(fields.kind))) {
		throw new Error(`The "kind" of a fault is one of ${Object.keys(kinds).join(', ')}.`);
	}
	const { stage, required = {}, optional = {} } = kinds[fields.kind as Fault['kind']];
	const known: Record<string, Check> = { ...matchFields, ...required, ...optional };
	for (const [field, value] of Object.entries(fields)) {
		if (field === 'kind' || (value === undefined && !Object.hasOwn(required, field))) continue;
		if (!Object.hasOwn(known, field)) throw new Error(`A ${fields.kind} fault has no "${field}".`);
		if (!known[field](value)) throw new Error(`The "${field}" of the fault is wrong.`);
	}
	for (const field of Object.keys(required)) {
		if (!Object.hasOwn(fields, field)) throw new Error(`The fault misses its "${field}".`);
	}
	for (const endpoint of [fields.endpoint ?? []].flat() as string[]) {
		if (!places[stage].includes(endpoint)) {
			const choices = places[stage].join(', ');
			throw new Error(`The "endpoint" of a ${fields.kind} fault is one of ${choices}.`);
		}
	}
	return fields as unknown as Fault;
}
