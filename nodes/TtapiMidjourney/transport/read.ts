import { ANSWERS, type AnswerMeaning } from '../jobs/answers';
import { inTime, type Clock } from '../jobs/clock';
import { TransientError, rethrowUnlessTransient } from '../jobs/errors';
import type { ApiAnswer, ApiRequest, TtapiClient } from './client';
import { answerTooLate, ConnectionError } from './connection';
import { envelopeOf, meaningOf } from './refusals';

const TIMEOUT_MS = 30_000;
const FIRST_WAIT_MS = 1_000;

/** An answer of TTAPI itself (see `envelopeOf`). */
export interface Envelope extends ApiAnswer {
	body: Record<string, unknown>;
}

/**
 * Sends a free request once. Returns final answers, including refusals. Throws a TransientError for 429, 5xx, network trouble
 * and whatever isn't TTAPI's own answer, such as a proxy's page.
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
		const { account, clock } = client;
		const send = async () => await client.send({ ...request, timeoutMs: TIMEOUT_MS });
		const asking = account.questions.ask(clock, send);
		// A Stop, or the end of the execution, ends the wait for its turn, too.
		answer = await inTime(clock, client.leftMs, asking, answerTooLate);
		if (answer.httpStatus === 429) account.noteTooMany(answer.retryAfterMs);
	} catch (error) {
		throw error instanceof ConnectionError ? readError(what, error.message, { jobId }) : error;
	}
	const { httpStatus, retryAfterMs } = answer;
	const body = envelopeOf(answer.body);
	const meaning = meaningOf(answer);
	const isAnswer = httpStatus < 300 || !meaning.readAgain;
	if (body && isAnswer) return { ...answer, body };
	throw readError(what, troubleOf(meaning, httpStatus), { jobId, httpStatus, retryAfterMs });
}

function troubleOf(meaning: AnswerMeaning, httpStatus: number): string {
	if (meaning === ANSWERS.redirect)
		return `it answered with a redirect (HTTP ${httpStatus}), which is not followed`;
	if (meaning === ANSWERS.serverError || meaning.submitAgain !== 'never')
		return `it answered with HTTP ${httpStatus}`;
	return `something else answered (HTTP ${httpStatus}). If that does not pass, check the Base URL in the credential`;
}

/** How often a read is tried, and for how many ms. */
export interface Patience {
	tries: number;
	patienceMs: number;
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
	{ tries: maxTries, patienceMs: timeoutMs }: Patience = { tries: 5, patienceMs: 60_000 },
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
