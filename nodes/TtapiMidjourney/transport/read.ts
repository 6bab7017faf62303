import type { Clock } from '../jobs/clock';
import { TransientError, rethrowUnlessTransient } from '../jobs/errors';
import { isRecord } from '../jobs/json';
import type { ApiAnswer, ApiRequest, TtapiClient } from './client';
import { ConnectionError } from './connection';
import { meaningOf } from './refusals';

const TIMEOUT_MS = 30_000;
const FIRST_WAIT_MS = 1_000;

/** An answer whose body is an object, as TTAPI's are. */
export interface Envelope extends ApiAnswer {
	body: Record<string, unknown>;
}

/**
 * Sends a free request once. Returns final answers, including refusals. Throws a TransientError for 429, 5xx, network trouble
 * and a body that isn't JSON.
 * @param what what is asked for, as part of a sentence: "the state of job abc"
 * @param jobId the job that is asked for, if it is one
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
		throw error instanceof ConnectionError ? readError(what, error.message, { jobId }) : error;
	}
	const { httpStatus, body, retryAfterMs } = answer;
	if (httpStatus < 300) {
		if (isRecord(body)) return { ...answer, body };
		// The history may come without an envelope.
		if (Array.isArray(body)) return { ...answer, body: { data: body } };
		// Probably a proxy's page.
		throw readError(what, 'its answer was not JSON', { jobId, httpStatus });
	}
	if (meaningOf(answer).readAgain) {
		const trouble = `it answered with HTTP ${httpStatus}`;
		throw readError(what, trouble, { jobId, httpStatus, retryAfterMs });
	}
	return { ...answer, body: isRecord(body) ? body : {} };
}

function readError(
	what: string,
	trouble: string,
	facts: { jobId?: string; httpStatus?: number; retryAfterMs?: number },
): TransientError {
	return new TransientError(`TTAPI could not be asked for ${what}: ${trouble}`, {
		...facts,
		description: facts.jobId
			? 'The job itself continues. Use Job > Wait or Job > Get with its ID later.'
			: 'Nothing was paid. Try again later.',
	});
}

/**
 * Retries a read after a TransientError, with growing waits: by default up to 5 tries within 60 s. Throws the last
 * TransientError, and any other error at once.
 */
export async function withRetries<T>(
	clock: Clock,
	readOnce: () => Promise<T>,
	{ tries: maxTries, patienceMs: timeoutMs } = { tries: 5, patienceMs: 60_000 },
): Promise<T> {
	const deadline = clock.now() + timeoutMs;
	for (let tries = 1; ; tries++) {
		const result = await readOnce().catch(rethrowUnlessTransient);
		if (!(result instanceof TransientError)) return result;
		const wait = result.retryAfterMs ?? FIRST_WAIT_MS * 2 ** (tries - 1);
		if (tries === maxTries || clock.now() + wait > deadline) throw result;
		await clock.sleep(wait);
	}
}
