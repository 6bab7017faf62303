import type { Request, Response } from 'express';
import { setTimeout as delay } from 'node:timers/promises';
import type { AnswerFault } from '../faults/fault.mts';
import type { RequestRecord } from '../requests/requestLog.mts';
import { sendHalf } from './sendBadly.mts';

/** A request, its answer and their entry in the log. */
export interface Exchange {
	request: Request;
	response: Response;
	record: RequestRecord;
	/** Whether a fault cuts the answer off. */
	isCut?: boolean;
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

export function sendJson(exchange: Exchange, status: number, body: object): void {
	const { response, record, isCut } = exchange;
	record.status = status;
	response.status(status);
	if (isCut) sendHalf(Buffer.from(JSON.stringify(body)), response.type('json'));
	else response.json(body);
}

/**
 * Answers a request with the faults that hit it.
 *
 * @param closing ends the delays when the simulator closes
 * @param perform does what was requested and returns a function that sends the answer. Not called
 *   if a fault comes before.
 */
export async function answerWithFaults(
	faults: AnswerFault[],
	exchange: Exchange,
	closing: AbortSignal,
	perform: () => Promise<() => void>,
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
	const send = await perform();
	await pause('after');
	if (fault?.kind === 'cut') exchange.isCut = true;
	else if (fault) return answerBadly(fault, exchange);
	send();
}

function momentOf(fault: AnswerFault): 'before' | 'after' {
	if (fault.kind === 'redirect') return 'before';
	return fault.kind === 'cut' ? 'after' : (fault.when ?? 'before');
}

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
			const { status = 302, location = markedUrl(request) } = fault;
			record.status = status;
			response.status(status).location(location).end();
			break;
		}
		case 'reset':
			request.socket.resetAndDestroy();
			break;
	}
}

/** Query parameter of a redirected request, so that a fault doesn't redirect it again. */
export const redirected = 'redirected';

function markedUrl({ originalUrl }: Request): string {
	return `${originalUrl}${originalUrl.includes('?') ? '&' : '?'}${redirected}=1`;
}
