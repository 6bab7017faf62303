import type { IHttpRequestMethods, IHttpRequestOptions } from 'n8n-workflow';

import { cancelSignal, unstoppable, type ApiContext } from '../n8n/context';
import type { Account } from '../jobs/account';
import { inTime, type Clock } from '../jobs/clock';
import { InputError, StoppedError } from '../jobs/errors';
import { isRecord } from '../jobs/json';
import { accountKey, accountOf } from './accounts';
import { answerTooLate, ConnectionError, withoutRequest } from './connection';
import { retryAfterMs, skewMs } from './headerTimes';
import { apiBaseUrl, isPrivateHost, type TtapiCredential } from './hosts';
import { jsonBytes } from './jsonBytes';

const CREDENTIAL_TYPE = 'ttapiApi';

/** TTAPI's answer, with any status. */
export interface ApiAnswer {
	httpStatus: number;
	/** The parsed JSON, or the text if it isn't JSON. */
	body: unknown;
	/** The Retry-After header, in ms. */
	retryAfterMs?: number;
}

/** TTAPI's longest answer, a page of its history, has about 100 kB. But a compressed one could expand to gigabytes. */
const MAX_BYTES = 16 * 1024 ** 2;

export interface ApiRequest {
	method: IHttpRequestMethods;
	/** The path after the base URL, starting with a slash. */
	path: string;
	query?: Record<string, string>;
	body?: Record<string, unknown>;
	/** How long to wait for an answer, in ms. */
	timeoutMs: number;
	/** Whether it goes on after a Stop and after the execution, because its answer may be a paid job. */
	goesOn?: boolean;
}

/** Reads and decrypts the node's credential. */
export const readCredential = async (context: ApiContext): Promise<TtapiCredential> =>
	await context.getCredentials<TtapiCredential>(CREDENTIAL_TYPE);

/** Sends every request to TTAPI. The credential adds the key, and no redirect is followed. */
export class TtapiClient {
	/** The URL that paths are appended to. */
	readonly baseUrl: string;

	/** How far TTAPI's clock is ahead of n8n's, in ms, by the last answer that said it; undefined if none has. */
	skewMs?: number;

	/** When requests under way are given up, in ms of the clock. Undefined if each may take its time. */
	giveUpAt?: number;

	/** What TTAPI's messages must not show: the key, and this run's callback URLs, which may contain a token. */
	private readonly secrets: Set<string>;

	/** The same for all that use the same account. */
	readonly accountKey: string;

	private constructor(
		private readonly context: ApiContext,
		readonly credential: TtapiCredential,
		readonly clock: Clock,
		private readonly givenSecrets: string[],
	) {
		this.baseUrl = apiBaseUrl(credential);
		this.secrets = new Set([credential.apiKey, ...givenSecrets]);
		this.accountKey = accountKey(this.baseUrl, credential.apiKey);
	}

	/**
	 * A client that uses the same credential for all its requests. Throws an InputError if the credential can't be used.
	 * @param secrets what TTAPI's messages must not show: callback URLs and tokens that TTAPI may know
	 * @param reading the credential, if it is being read already
	 */
	static async of(
		context: ApiContext,
		clock: Clock,
		secrets: string[] = [],
		reading = readCredential(context),
	): Promise<TtapiClient> {
		const credential = await reading;
		if (!credential.apiKey) {
			throw new InputError(
				'The TTAPI credential holds no API key',
				'Enter your TT-API-KEY in the credential of this node.',
			);
		}
		return new TtapiClient(context, credential, clock, secrets);
	}

	/** What all runs with this key share. */
	get account(): Account {
		return accountOf(this.clock, this.accountKey);
	}

	/** A client for what goes on after the execution: no Stop ends its requests. */
	get ofProcess(): TtapiClient {
		return new TtapiClient(
			unstoppable(this.context),
			this.credential,
			this.clock.ofProcess,
			this.givenSecrets,
		);
	}

	/** How long requests may take before they are given up, in ms. */
	get leftMs(): number {
		return Math.max(0, (this.giveUpAt ?? Infinity) - this.clock.now());
	}

	/** Whether the API is on this machine or in a private network: then images may come from there, too. */
	get isPrivate(): boolean {
		return isPrivateHost(new URL(this.baseUrl).hostname);
	}

	/**
	 * Sends one request and returns the answer, whatever its status is. Throws a ConnectionError if there is none, and a
	 * StoppedError if the execution is stopped, unless it goes on.
	 */
	async send({ method, path, query, body, timeoutMs, goesOn }: ApiRequest): Promise<ApiAnswer> {
		this.keepSecret(body?.hookUrl);
		const bytes = jsonBytes(body);
		const context = goesOn ? unstoppable(this.context) : this.context;
		const request: IHttpRequestOptions = {
			method,
			url: path,
			qs: query,
			...(bytes ? { body: bytes, headers: { 'content-type': 'application/json' } } : { body }),
			json: true,
			// Streamed, because n8n would read a body of any length.
			encoding: 'stream',
			timeout: timeoutMs,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			abortSignal: cancelSignal(context),
		};
		const sentAt = this.clock.date();
		try {
			// For the whole answer: the request's own timeout starts again with every byte that arrives.
			const clock = goesOn ? this.clock.ofProcess : this.clock;
			const ms = goesOn ? timeoutMs : Math.min(timeoutMs, this.leftMs);
			const answer = await inTime(clock, ms, this.request(context, request), answerTooLate);
			const { statusCode, headers, text } = answer;
			const now = this.clock.date();
			this.skewMs = skewMs(headers, (sentAt + now) / 2) ?? this.skewMs;
			return {
				httpStatus: statusCode,
				body: withoutSecrets(jsonOf(text), this.secrets),
				retryAfterMs: retryAfterMs(headers?.['retry-after'], now + (this.skewMs ?? 0)),
			};
		} catch (error) {
			throw cancelSignal(context)?.aborted ? new StoppedError() : withoutRequest(error);
		}
	}

	/** The callback URLs of a run that pauses start with its resume URL, which is among the given secrets. */
	private keepSecret(hookUrl: unknown): void {
		if (typeof hookUrl !== 'string') return;
		if (!this.givenSecrets.some((secret) => hookUrl.startsWith(secret))) this.secrets.add(hookUrl);
	}

	private async request(context: ApiContext, options: IHttpRequestOptions) {
		const { body, ...answer } = await context.helpers.httpRequestWithAuthentication.call(
			context,
			CREDENTIAL_TYPE,
			options,
			// Otherwise n8n reads and decrypts it for each request (docs/n8n.md, The credential of a request).
			{
				credentialsDecrypted: {
					id: '',
					name: '',
					type: CREDENTIAL_TYPE,
					data: { ...this.credential },
				},
			},
		);
		return { ...answer, text: await textOf(body) };
	}
}

/** Reads a body. Throws a ConnectionError if it is too long, which also closes the connection. */
async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of body) {
		bytes += chunk.length;
		if (bytes > MAX_BYTES)
			throw new ConnectionError('', `its answer is larger than ${MAX_BYTES / 1024 ** 2} MB`);
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

/** The body with `***` for secrets in its message: a server may repeat what it was sent. */
function withoutSecrets(body: unknown, secrets: Set<string>): unknown {
	if (!isRecord(body) || typeof body.message !== 'string') return body;
	const data = isRecord(body.data) ? body.data : {};
	const message = [...secrets, data.hookUrl]
		.filter((secret): secret is string => typeof secret === 'string' && secret !== '')
		// The longest first, because one may be the beginning of another.
		.sort((a, b) => b.length - a.length)
		.reduce((text, secret) => text.replaceAll(secret, '***'), body.message);
	return { ...body, message };
}
