import type { Fault, FaultStage } from './fault.mts';

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const texts: Check = (value) => text(value) || (Array.isArray(value) && value.every(text));
const nonNegative: Check = (value) =>
	typeof value === 'number' && value >= 0 && Number.isFinite(value);
const fraction: Check = (value) => nonNegative(value) && (value as number) <= 1;
const positiveInteger: Check = (value) => Number.isInteger(value) && (value as number) >= 1;
const positiveIntegers: Check = (value) =>
	positiveInteger(value) || (Array.isArray(value) && value.every(positiveInteger));
const httpStatus: Check = (value) =>
	positiveInteger(value) && Number(value) >= 200 && Number(value) <= 599;
const when: Check = (value) => value === 'before' || value === 'after';

const matchFields: Record<string, Check> = {
	endpoint: texts,
	prompt: text,
	nth: positiveIntegers,
	count: positiveInteger,
	probability: fraction,
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
		optional: { message: text, retryAfter: (value) => nonNegative(value) || text(value), when },
	},
	html: { stage: 'answer', optional: { status: httpStatus, when } },
	reset: { stage: 'answer', optional: { when } },
	cut: { stage: 'answer' },
	slow: { stage: 'answer', required: { ms: nonNegative }, optional: { when } },
	redirect: { stage: 'answer', optional: { location: text, status: httpStatus } },
	unknownJob: { stage: 'fetch' },
	unknownState: { stage: 'fetch', optional: { state: text } },
	jobFails: { stage: 'job', required: { message: text } },
	jobNeverEnds: { stage: 'job' },
	fetchLags: { stage: 'job', optional: { fetches: positiveInteger, ms: nonNegative } },
	fetchFails: { stage: 'job', required: { ms: nonNegative } },
	callbackLost: { stage: 'job' },
	callbackEarly: { stage: 'job' },
	callbackDuplicate: { stage: 'job', optional: { times: positiveInteger } },
	callbackReordered: { stage: 'job', optional: { ms: nonNegative } },
	pictureCut: { stage: 'picture' },
	pictureLength: { stage: 'picture', required: { factor: nonNegative } },
	pictureEndless: { stage: 'picture', optional: { megabytes: positiveInteger } },
	pictureSlow: { stage: 'picture', required: { ms: nonNegative } },
};

/** The endpoints that the faults of each stage can hit. */
export type FaultPlaces = Record<FaultStage, string[]>;

export const stageOf = (fault: Fault): FaultStage => kinds[fault.kind].stage;

/**
 * Validates a fault, so that a typo doesn't make a fault that never fires.
 *
 * @throws Error that names the wrong field
 */
export function checkFault(fault: unknown, places: FaultPlaces): Fault {
	if (typeof fault !== 'object' || fault === null || Array.isArray(fault)) {
		throw new Error('A fault must be an object with a "kind".');
	}
	const fields = fault as Record<string, unknown>;
	if (!Object.hasOwn(kinds, String(fields.kind))) {
		throw new Error(`The "kind" of a fault must be one of ${Object.keys(kinds).join(', ')}.`);
	}
	const { stage, required = {}, optional = {} } = kinds[fields.kind as Fault['kind']];
	const known: Record<string, Check> = { ...matchFields, ...required, ...optional };
	for (const [field, value] of Object.entries(fields)) {
		if (field === 'kind' || (value === undefined && !Object.hasOwn(required, field))) continue;
		if (!Object.hasOwn(known, field)) {
			throw new Error(`A ${fields.kind} fault has no field "${field}".`);
		}
		if (!known[field](value)) throw new Error(`The "${field}" of the fault is wrong.`);
	}
	for (const field of Object.keys(required)) {
		if (!Object.hasOwn(fields, field)) throw new Error(`A ${fields.kind} fault needs "${field}".`);
	}
	for (const endpoint of [fields.endpoint ?? []].flat() as string[]) {
		if (!places[stage].includes(endpoint)) {
			const choices = places[stage].join(', ');
			throw new Error(`The "endpoint" of a ${fields.kind} fault must be one of ${choices}.`);
		}
	}
	return fields as unknown as Fault;
}
