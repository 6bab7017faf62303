import type { Express, Request } from 'express';
import type { Endpoint } from '../endpoints/endpoint.mts';
import { endpoints } from '../endpoints/index.mts';
import type { Body } from '../requests/fields.mts';
import { Refusal } from '../requests/refusal.mts';
import type { Ttapi } from '../ttapi.mts';
import { answerWithFaults, redirected, sendJson, type Exchange } from './exchange.mts';

/** Adds the API: every endpoint, with its faults and the checks of key and account. */
export function addApiRoutes(app: Express, ttapi: Ttapi): void {
	for (const endpoint of endpoints) {
		app.all(endpoint.path, async (request, response) => {
			const exchange = { request, response, record: response.locals.record };
			exchange.record.endpoint = endpoint.name;
			const subject = {
				endpoint: endpoint.name,
				prompt: promptOf(request, ttapi),
				redirected: redirected in request.query,
			};
			const faults = ttapi.faults.take('answer', subject);
			const { signal } = ttapi.closing;
			await answerWithFaults(faults, exchange, signal, () => serve(endpoint, exchange, ttapi));
		});
	}
}

async function serve(endpoint: Endpoint, exchange: Exchange, ttapi: Ttapi): Promise<() => void> {
	const { request } = exchange;
	if (request.get('TT-API-KEY') !== ttapi.settings.apiKey) {
		const message = 'Wrong TT-API-KEY or email is not activated.';
		return () => sendJson(exchange, 401, { status: 'FAILED', message });
	}
	try {
		if (ttapi.settings.blocked) throw new Refusal(403, 'The account is blocked.');
		if (!(endpoint.methods as string[]).includes(request.method)) {
			throw new Refusal(405, 'Method not allowed.');
		}
		const body = await endpoint.answer(fieldsOf(request, ttapi), ttapi, request.method);
		return () => sendJson(exchange, 200, body);
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		const { status, message } = error.spelled(ttapi.settings);
		const data = endpoint.refusedData ?? null;
		return () => sendJson(exchange, status, { status: 'FAILED', message, data });
	}
}

/** The query of a GET, else the JSON body, which must be an object. */
function fieldsOf(request: Request, { settings }: Ttapi): Body {
	if (request.method === 'GET') return request.query;
	const body: unknown = request.body ?? {};
	if (typeof body !== 'object' || Array.isArray(body)) {
		throw new Refusal(400, 'The body must be a JSON object.');
	}
	return settings.spelling.requests === 'lenient' ? asDocumented(body as Body) : (body as Body);
}

/** The body of a client that isn't spelled as documented, as it would be. */
function asDocumented({ mode, timeout, ...body }: Body): Body {
	const isDigits = typeof timeout === 'string' && /^\d+$/.test(timeout);
	return { ...body, mode: mode ?? body.model, timeout: isDigits ? Number(timeout) : timeout };
}

/** The prompt that faults match: the request's own, or that of its job. */
function promptOf({ body, query }: Request, ttapi: Ttapi): string {
	if (typeof body?.prompt === 'string') return body.prompt;
	return ttapi.jobs.get(String(body?.jobId ?? query.jobId))?.prompt ?? '';
}
