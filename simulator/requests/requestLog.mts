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
	/** The JSON body, with long base64 shortened; null until it has been read. */
	body: unknown;
	/** The endpoint's name; null if the path is unknown. */
	endpoint: string | null;
	/** HTTP status of the answer; null before it is sent, or if the connection was reset. */
	status: number | null;
}

/** Older requests are forgotten, so that the simulator can run for days. */
const maxKept = 10_000;

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
		if (this.records.length > maxKept) this.records.shift();
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

/** The JSON with its pictures cut short. Tests can compare them by their hash. */
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
