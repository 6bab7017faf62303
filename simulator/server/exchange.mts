import type { Request, Response } from 'express';
import { setTimeout as delay } from 'node:timers/promises';
import type { AnswerFault } from '../faults/fault.mts';
import type { RequestRecord } from '../requests/requestLog.mts';

/** One request, its answer and what the log says about both. */
export interface Exchange {
	request: Request;
	response: Response;
	record: RequestRecord;
}

const messages: Record<number, string> = {
	400: 'Bad request.',
	401: 'Wrong TT-API-KEY or email is not activated.',
	402: 'Insufficient quota.',
	403: 'The account is blocked.',
	404: 'Not found.',
	429: 'Too many requests.',
	499: 'The queue is exhausted.',
};

export function sendJson({ response, record }: Exchange, status: number, body: object): void {
	record.status = status;
	response.status(status).json(body);
}

/**
 * Answers as the faults have it. `takeEffect` does what was asked and gives back how to say so;
 * with a fault before it, it is never called.
 *
 * @param closing ends the waiting when the simulator closes: then nothing takes effect any more
 */
export async function answerThrough(
	faults: AnswerFault[],
	exchange: Exchange,
	closing: AbortSignal,
	takeEffect: () => Promise<() => void>,
): Promise<void> {
	const pause = async (moment: 'before' | 'after') => {
		for (const fault of faults) {
			if (fault.kind === 'slow' && momentOf(fault) === moment) {
				await delay(fault.ms, undefined, { signal: closing });
			}
		}
	};
	const fault = faults.find(({ kind }) => kind !== 'slow');
	await pause('before');
	if (fault && momentOf(fault) === 'before') {
		answerBadly(fault, exchange);
		return;
	}
	const send = await takeEffect();
	await pause('after');
	if (fault) answerBadly(fault, exchange);
	else send();
}

const momentOf = (fault: AnswerFault) =>
	fault.kind === 'redirect' ? 'before' : (fault.when ?? 'before');

function answerBadly(fault: AnswerFault, exchange: Exchange): void {
	const { request, response, record } = exchange;
	switch (fault.kind) {
		case 'status': {
			const { status, retryAfter, message = messages[status] ?? 'Server error.' } = fault;
			if (retryAfter !== undefined) response.set('Retry-After', String(retryAfter));
			sendJson(exchange, status, { status: 'FAILED', message, data: null });
			break;
		}
		case 'html': {
			const { status = 502 } = fault;
			record.status = status;
			const page = `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`;
			response.status(status).type('html').send(`<!doctype html>${page}`);
			break;
		}
		case 'redirect': {
			const { status = 302, location = sameAddress(request) } = fault;
			record.status = status;
			response.status(status).location(location).end();
			break;
		}
		case 'reset':
			request.socket.resetAndDestroy();
			break;
	}
}

/** The query that keeps a redirect fault from leading the same client on and on. */
export const redirected = 'redirected';

function sameAddress({ originalUrl }: Request): string {
	return `${originalUrl}${originalUrl.includes('?') ? '&' : '?'}${redirected}=1`;
}
