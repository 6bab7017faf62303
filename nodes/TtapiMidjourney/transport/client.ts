import type { IExecuteFunctions, IHttpRequestMethods, IHttpRequestOptions } from 'n8n-workflow';

import { InputError, StoppedError } from '../jobs/errors';
import { apiBaseUrl, isPrivateHost, type TtapiCredential } from './hosts';

/** What TTAPI answered, whatever its status was. */
export interface ApiAnswer {
	httpStatus: number;
	/** The parsed JSON; the text itself where it is none. */
	body: unknown;
	/** The Retry-After header, in ms. */
	retryAfterMs?: number;
}

/** The request did not get an answer. */
export class ConnectionError extends Error {
	constructor(
		/** Node's or axios' code, such as ECONNREFUSED; empty where there is none. */
		readonly code: string,
		/** How the trouble reads in a sentence. */
		message: string,
	) {
		super(message);
	}

	/** Whether the connection surely never came about, so that nothing can have been accepted. */
	get nothingSent(): boolean {
		return NO_CONNECTION.has(this.code) || BAD_CERTIFICATE.test(this.code);
	}

	/** Whether it is worth another try soon. */
	get passing(): boolean {
		return NO_CONNECTION.has(this.code);
	}
}

const NO_CONNECTION = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);
const BAD_CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL/;

const TROUBLE: Record<string, string> = {
	ECONNREFUSED: 'the connection was refused',
	ENOTFOUND: 'its host name is not known',
	EAI_AGAIN: 'its host name could not be looked up',
	EHOSTUNREACH: 'no way leads to the host',
	ENETUNREACH: 'no way leads to the host',
	ECONNRESET: 'the connection broke off',
	EPIPE: 'the connection broke off',
	ECONNABORTED: 'no answer came in time',
	ETIMEDOUT: 'no answer came in time',
};

export interface ApiRequest {
	method: IHttpRequestMethods;
	/** The path behind the base URL, beginning with a slash. */
	path: string;
	query?: Record<string, string>;
	body?: Record<string, unknown>;
	/** How long to wait for an answer, in ms. */
	timeoutMs: number;
}

/** The only way to TTAPI: adds the key by the credential, follows no redirect, and gives every status back as an answer. */
export class TtapiClient {
	private constructor(
		private readonly context: IExecuteFunctions,
		/** The address that paths are appended to. */
		readonly baseUrl: string,
	) {}

	/** Reads the node's credential. Throws an InputError where its address cannot be used. */
	static async of(context: IExecuteFunctions): Promise<TtapiClient> {
		const credential = await context.getCredentials<TtapiCredential>('ttapiApi');
		if (!credential.apiKey) {
			throw new InputError(
				'The TTAPI credential holds no API key',
				'Enter your TT-API-KEY in the credential of this node.',
			);
		}
		return new TtapiClient(context, apiBaseUrl(credential));
	}

	/** Whether the API itself is on this machine or in a private network: then pictures may come from there, too. */
	get isPrivate(): boolean {
		return isPrivateHost(new URL(this.baseUrl).hostname);
	}

	/** Sends one request. Throws ConnectionError where no answer comes, StoppedError when the execution is stopped. */
	async send({ method, path, query, body, timeoutMs }: ApiRequest): Promise<ApiAnswer> {
		const request: IHttpRequestOptions = {
			method,
			url: path,
			qs: query,
			body,
			json: true,
			timeout: timeoutMs,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			abortSignal: this.context.getExecutionCancelSignal(),
		};
		try {
			const answer = await this.context.helpers.httpRequestWithAuthentication.call(
				this.context,
				'ttapiApi',
				request,
			);
			return {
				httpStatus: answer.statusCode,
				body: answer.body,
				retryAfterMs: retryAfterMs(answer.headers?.['retry-after']),
			};
		} catch (error) {
			const isStopped = this.context.getExecutionCancelSignal()?.aborted;
			throw isStopped ? new StoppedError() : withoutRequest(error);
		}
	}
}

/**
 * Finds out what went wrong on the way. n8n wraps the error, and what it wraps may hold the request with the key in its
 * headers: so nothing of it is handed on but the code.
 */
function withoutRequest(error: unknown): Error {
	let code = '';
	for (
		let cause = error, depth = 0;
		cause instanceof Error && depth < 5;
		cause = cause.cause, depth++
	) {
		if (cause instanceof InputError) return cause;
		const found = (cause as { code?: unknown }).code;
		if (typeof found === 'string') code = found;
	}
	return new ConnectionError(code, TROUBLE[code] ?? `the request failed${code && ` (${code})`}`);
}

/** Retry-After is a number of seconds or a date. */
function retryAfterMs(header: unknown): number | undefined {
	if (typeof header !== 'string' || header === '') return undefined;
	const seconds = Number(header);
	const ms = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
	return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
