import type { Clock } from '../jobs/clock';
import { TransientError, onlyTransient, type TtapiError } from '../jobs/errors';
import { isRecord } from '../jobs/json';
import { ConnectionError, type ApiAnswer, type ApiRequest, type TtapiClient } from './client';
import { meaningOf } from './refusals';

const TIMEOUT_MS = 30_000;
const FIRST_WAIT_MS = 1_000;

/** An answer in TTAPI's envelope: JSON with a status. */
export interface Envelope extends ApiAnswer {
	body: Record<string, unknown>;
}

/**
 * Asks TTAPI for something free, once. Gives every answer that is final, a refusal too; throws a TransientError for 429,
 * 5xx, network trouble and an answer that is not JSON.
 * @param what what is asked for, as it reads in a sentence: "the state of job abc"
 */
export async function read(
	client: TtapiClient,
	request: Omit<ApiRequest, 'timeoutMs'>,
	what: string,
	jobId?: string,
): Promise<Envelope> {
	let answer: ApiAnswer;
	try {
		answer = await client.send({ ...request, timeoutMs: TIMEOUT_MS });
	} catch (error) {
		throw error instanceof ConnectionError ? again(what, error.message, { jobId }) : error;
	}
	const { httpStatus, body, retryAfterMs } = answer;
	if (httpStatus < 300) {
		if (isRecord(body)) return { ...answer, body };
		// The history may come without an envelope.
		if (Array.isArray(body)) return { ...answer, body: { data: body } };
		// A proxy's page, not TTAPI's word.
		throw again(what, 'its answer was not JSON', { jobId, httpStatus });
	}
	if (meaningOf(answer).readAgain)
		throw again(what, `it answered with HTTP ${httpStatus}`, { jobId, httpStatus, retryAfterMs });
	// A refusal is final even without words.
	return { ...answer, body: isRecord(body) ? body : {} };
}

function again(
	what: string,
	trouble: string,
	facts: { jobId?: string; httpStatus?: number; retryAfterMs?: number },
): TtapiError {
	return new TransientError(`TTAPI could not be asked for ${what}: ${trouble}`, {
		...facts,
		description: facts.jobId
			? 'The job itself continues. Use Job > Wait or Job > Get with its ID later.'
			: 'Nothing was paid. Try again later.',
	});
}

/** Repeats a read with growing waits: 5 tries within 60 s for callers that have no time limit of their own. */
export async function withRetries<T>(
	clock: Clock,
	readOnce: () => Promise<T>,
	{ tries: most, patienceMs } = { tries: 5, patienceMs: 60_000 },
): Promise<T> {
	const deadline = clock.now() + patienceMs;
	for (let tries = 1; ; tries++) {
		const result = await readOnce().catch(onlyTransient);
		if (!(result instanceof TransientError)) return result;
		const wait = result.retryAfterMs ?? FIRST_WAIT_MS * 2 ** (tries - 1);
		if (tries === most || clock.now() + wait > deadline) throw result;
		await clock.sleep(wait);
	}
}
