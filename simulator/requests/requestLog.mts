import type { Request } from 'express';
import { createHash } from 'node:crypto';

export interface RequestRecord {
	number: number;
	method: string;
	path: string;
	query: Record<string, unknown>;
	/** Milliseconds since 1970. */
	at: number;
	headers: Record<string, unknown>;
	/** The JSON body, long base64 shortened; null until it has been read. */
	body: unknown;
	/** Which endpoint it was for: null for a path that nobody knows. */
	endpoint: string | null;
	/** The status of the answer; null while there is none, and after a reset connection. */
	status: number | null;
}

/** Older requests are forgotten, so that a simulator may run for days. */
const kept = 10_000;

export class RequestLog {
	private records: RequestRecord[] = [];
	private count = 0;

	/** Notes a request that has just come in. */
	add(request: Request): RequestRecord {
		this.count += 1;
		const record: RequestRecord = {
			number: this.count,
			method: request.method,
			path: request.path,
			query: { ...request.query },
			at: Date.now(),
			headers: { ...request.headers },
			body: null,
			endpoint: null,
			status: null,
		};
		this.records.push(record);
		if (this.records.length > kept) this.records.shift();
		return record;
	}

	all(): RequestRecord[] {
		return this.records.map((record) => ({ ...record }));
	}

	clear(): void {
		this.records = [];
		this.count = 0;
	}
}

/** The same JSON with every picture in it cut after its first characters; its hash tells whether it was the right one. */
export function shortenPictures(json: unknown): unknown {
	if (typeof json === 'string') {
		const isPicture = /^data:|^[A-Za-z0-9+/=]{200}/.test(json) && json.length > 200;
		if (!isPicture) return json;
		const hash = createHash('sha256').update(json).digest('hex');
		return `${json.slice(0, 60)}… (${json.length} characters, SHA-256 ${hash})`;
	}
	if (Array.isArray(json)) return json.map(shortenPictures);
	if (typeof json === 'object' && json !== null) {
		return Object.fromEntries(
			Object.entries(json).map(([key, value]) => [key, shortenPictures(value)]),
		);
	}
	return json;
}
