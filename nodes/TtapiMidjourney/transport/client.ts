import type { IHttpRequestMethods, IHttpRequestOptions } from 'n8n-workflow';

import { cancelSignal, type ApiContext } from '../n8n/context';
import { Deadlines } from '../jobs/deadlines';
import type { Clock } from '../jobs/clock';
import { InputError, StoppedError } from '../jobs/errors';
import { isRecord } from '../jobs/json';
import { apiBaseUrl, isPrivateHost, type TtapiCredential } from './hosts';
import { jsonBytes } from './jsonBytes';

/** The type of the node's credential. */
const CREDENTIAL_TYPE = 'ttapiApi';

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
	get transient(): boolean {
		return NO_CONNECTION.has(this.code);
	}
}

const NO_CONNECTION = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);
/** The certificate was checked and not accepted: before anything was sent. Other TLS errors may come later. */
const BAD_CERTIFICATE =
	/^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|ERR_TLS_CERT_ALTNAME_INVALID)/;

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

const SHORTEST_RETRY_MS = 1_000;

/** TTAPI's longest answer, a page of its history, has some 100 kB. A packed one may unfold to gigabytes. */
const MOST_BYTES = 16 * 1024 ** 2;

export interface ApiRequest {
	method: IHttpRequestMethods;
	/** The path behind the base URL, beginning with a slash. */
	path: string;
	query?: Record<string, string>;
	body?: Record<string, unknown>;
	/** How long to wait for an answer, in ms. */
	timeoutMs: number;
}

/** The credential of the node. */
export const readCredential = async (host: ApiContext): Promise<TtapiCredential> =>
	await host.getCredentials<TtapiCredential>(CREDENTIAL_TYPE);

/** The only way to TTAPI: adds the key by the credential, follows no redirect, and gives every status back as an answer. */
export class TtapiClient {
	/** The address that paths are appended to. */
	readonly baseUrl: string;

	/** What no text of TTAPI may show: the key, and the callback URLs of this run, which may hold a token. */
	private readonly secrets: Set<string>;

	private readonly deadlines: Deadlines;

	private constructor(
		private readonly host: ApiContext,
		private readonly credential: TtapiCredential,
		/** The clock of the node that asks. */
		readonly clock: Clock,
		private readonly given: string[],
	) {
		this.baseUrl = apiBaseUrl(credential);
		this.secrets = new Set([credential.apiKey, ...given]);
		this.deadlines = new Deadlines(clock);
	}

	/**
	 * Reads the node's credential, once for all requests. Throws an InputError where its address cannot be used.
	 * @param secrets what TTAPI may know from elsewhere, and no text of it may show: callback URLs, tokens
	 * @param reading the credential, where it is known
	 */
	static async of(
		host: ApiContext,
		clock: Clock,
		secrets: string[] = [],
		reading = readCredential(host),
	): Promise<TtapiClient> {
		const credential = await reading;
		if (!credential.apiKey) {
			throw new InputError(
				'The TTAPI credential holds no API key',
				'Enter your TT-API-KEY in the credential of this node.',
			);
		}
		return new TtapiClient(host, credential, clock, secrets);
	}

	/** Whether the API itself is on this machine or in a private network: then pictures may come from there, too. */
	get isPrivate(): boolean {
		return isPrivateHost(new URL(this.baseUrl).hostname);
	}

	/** Sends one request. Throws ConnectionError where no answer comes, StoppedError when the execution is stopped. */
	async send({ method, path, query, body, timeoutMs }: ApiRequest): Promise<ApiAnswer> {
		this.keepSecret(body?.hookUrl);
		const bytes = jsonBytes(body);
		const request: IHttpRequestOptions = {
			method,
			url: path,
			qs: query,
			...(bytes ? { body: bytes, headers: { 'content-type': 'application/json' } } : { body }),
			json: true,
			// n8n has no limit for what it reads by itself.
			encoding: 'stream',
			timeout: timeoutMs,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			abortSignal: cancelSignal(this.host),
		};
		try {
			const answer = await this.within(timeoutMs, this.ask(request));
			return {
				httpStatus: answer.statusCode,
				body: withoutSecrets(jsonOf(answer.text), this.secrets),
				retryAfterMs: retryAfterMs(answer.headers?.['retry-after'], this.clock.now()),
			};
		} catch (error) {
			const isStopped = cancelSignal(this.host)?.aborted;
			throw isStopped ? new StoppedError() : withoutRequest(error);
		}
	}

	/** The callback URLs of a run that pauses differ in what stands behind its resume URL, which covers them all. */
	private keepSecret(hookUrl: unknown): void {
		if (typeof hookUrl !== 'string') return;
		if (!this.given.some((secret) => hookUrl.startsWith(secret))) this.secrets.add(hookUrl);
	}

	/** The request's own timeout starts anew with every byte that drips in. */
	private async within<T>(ms: number, asking: Promise<T>): Promise<T> {
		let takeBack = () => {};
		const tooLong = new Promise<never>((_, reject) => {
			takeBack = this.deadlines.set(ms, (stopped) =>
				reject(stopped ?? new ConnectionError('ETIMEDOUT', TROUBLE.ETIMEDOUT)),
			);
		});
		return await Promise.race([asking, tooLong]).finally(() => takeBack());
	}

	private async ask(request: IHttpRequestOptions) {
		const { credential, host } = this;
		const { body, ...answer } = await host.helpers.httpRequestWithAuthentication.call(
			host,
			CREDENTIAL_TYPE,
			request,
			// Otherwise n8n reads it from its database and decrypts it for each request.
			{
				credentialsDecrypted: { id: '', name: '', type: CREDENTIAL_TYPE, data: { ...credential } },
			},
		);
		return { ...answer, text: await textOf(body) };
	}
}

/** Reads a body as far as it may go. Throws a ConnectionError for a longer one; then the connection is closed. */
async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of body) {
		bytes += chunk.length;
		if (bytes > MOST_BYTES)
			throw new ConnectionError('', `its answer is larger than ${MOST_BYTES / 1024 ** 2} MB`);
		chunks.push(chunk);
	}
	return new TextDecoder().decode(Buffer.concat(chunks));
}

function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
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
		if (cause instanceof InputError || cause instanceof ConnectionError) return cause;
		const found = (cause as { code?: unknown }).code;
		if (typeof found === 'string') code = found;
	}
	return new ConnectionError(code, TROUBLE[code] ?? `the request failed${code && ` (${code})`}`);
}

/** Retry-After is a number of seconds or a date. */
function retryAfterMs(header: unknown, now: number): number | undefined {
	if (typeof header !== 'string' || header === '') return undefined;
	const seconds = Number(header);
	const ms = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1000;
	// "At once" and a date in the past say nothing: the usual growing waits are meant for that.
	return ms > 0 ? Math.max(SHORTEST_RETRY_MS, ms) : undefined;
}

/** The body with `***` in its message for what nobody may see: a server may repeat what it was sent. */
function withoutSecrets(body: unknown, secrets: Set<string>): unknown {
	if (!isRecord(body) || typeof body.message !== 'string') return body;
	const data = isRecord(body.data) ? body.data : {};
	const message = [...secrets, data.hookUrl]
		.filter((secret): secret is string => typeof secret === 'string' && secret !== '')
		// One may be the beginning of another.
		.sort((a, b) => b.length - a.length)
		.reduce((text, secret) => text.replaceAll(secret, '***'), body.message);
	return { ...body, message };
}
