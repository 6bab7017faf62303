import { Readable } from 'node:stream';

import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

export const API_KEY = 'tt-secret-key-4711';

/** What the node asks n8n's HTTP helper for, as a test answers it. */
export type Http = (request: IHttpRequestOptions) => unknown;

export interface FakeHttp {
	/** Fields of the credential that differ from the usual ones. */
	credential?: IDataObject;
	/** Answers requests that carry the credential. */
	api?: Http;
	/** Answers requests without any credential. */
	download?: Http;
}

/** n8n's credential and HTTP helpers without a network, and what they were asked for. */
export function fakeHttp({ credential, api, download }: FakeHttp) {
	const apiRequests: IHttpRequestOptions[] = [];
	const downloads: IHttpRequestOptions[] = [];
	return {
		apiRequests,
		downloads,
		credentials: { apiKey: API_KEY, baseUrl: 'https://api.ttapi.io', ...credential },
		helpers: {
			httpRequestWithAuthentication: async (_type: string, request: IHttpRequestOptions) => {
				apiRequests.push(request);
				const answer = (await api?.(request)) as { body?: unknown };
				return { ...answer, body: streamOf(answer.body) };
			},
			httpRequest: async (request: IHttpRequestOptions) => {
				downloads.push(request);
				return await download?.(request);
			},
		},
	};
}

/** A body as it comes: JSON, but for a text. */
const streamOf = (body: unknown) =>
	body instanceof Readable
		? body
		: Readable.from([Buffer.from(typeof body === 'string' ? body : JSON.stringify(body ?? null))]);

/** What n8n's HTTP helper gives for an answer of the API. */
export const apiAnswer = (statusCode: number, body: unknown, headers: object = {}) => ({
	statusCode,
	body,
	headers,
});
