import { InputError } from '../jobs/errors';
import { isRecord } from '../jobs/json';

/** Why there was no answer, in Node's words. */
interface Trouble {
	/** Node's or axios' code, such as ECONNREFUSED; empty if there is none. */
	code: string;
	/** What the system was doing, such as `connect`; empty if it is not known. */
	syscall: string;
}

/** There was no answer to a request. */
export class ConnectionError extends Error {
	constructor(
		/** Node's or axios' code, such as ECONNREFUSED; empty if there is none. */
		readonly code: string,
		/** What went wrong, as part of a sentence. */
		message: string,
		/** What the system was doing, such as `connect`; empty if it is not known. */
		private readonly syscall = '',
	) {
		super(message);
	}

	/** Whether there was certainly no connection, so TTAPI can't have accepted anything. */
	get nothingSent(): boolean {
		return this.transient || BAD_CERTIFICATE.test(this.code);
	}

	/** Whether a retry may work. */
	get transient(): boolean {
		return BEFORE_SENDING.has(this.syscall) || NO_CONNECTION.has(this.code);
	}
}

/** What comes before anything is sent: looking up the host's name and connecting to it. */
const BEFORE_SENDING = new Set(['getaddrinfo', 'connect']);
/** The codes that only these two have. */
const NO_CONNECTION = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);
/** A certificate is refused before anything is sent. Other TLS errors may come later. */
const BAD_CERTIFICATE =
	/^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|ERR_TLS_CERT_ALTNAME_INVALID)/;

const NO_WAY = 'no way leads to the host';
const BROKEN = 'the connection broke off';
const TOO_LATE = 'no answer came in time';
const MESSAGES: Record<string, string> = {
	ECONNREFUSED: 'the connection was refused',
	ENOTFOUND: 'its host name is not known',
	EAI_AGAIN: 'its host name could not be looked up',
	EHOSTUNREACH: NO_WAY,
	ENETUNREACH: NO_WAY,
	ENETDOWN: NO_WAY,
	ECONNRESET: BROKEN,
	EPIPE: BROKEN,
	ECONNABORTED: TOO_LATE,
	ETIMEDOUT: TOO_LATE,
};

/** How deep an error's causes are searched: they may form a circle. */
const MAX_CAUSES = 5;

/** The error for a request whose answer did not come in time. */
export const answerTooLate = (): ConnectionError => new ConnectionError('ETIMEDOUT', TOO_LATE);

/**
 * Turns an error of n8n's into one of ours. It or its causes may contain the request, with the key in its headers, so only
 * the code and the system call are kept.
 */
export function withoutRequest(error: unknown): Error {
	let trouble: Trouble = { code: '', syscall: '' };
	let cause = error;
	for (let depth = 0; isRecord(cause) && depth < MAX_CAUSES; depth++) {
		if (cause instanceof InputError || cause instanceof ConnectionError) return cause;
		const found = troubleOf(cause);
		trouble = { code: found.code || trouble.code, syscall: found.syscall || trouble.syscall };
		({ cause } = cause);
	}
	const { code, syscall } = trouble;
	const message = MESSAGES[code] ?? `the request failed${code && ` (${code})`}`;
	return new ConnectionError(code, message, syscall);
}

/** If Node has tried several addresses of a host, the error holds one for each: they count only if they agree. */
function troubleOf({ code, syscall, errors }: Record<string, unknown>): Trouble {
	const tries: unknown[] = Array.isArray(errors) ? errors : [];
	const syscalls = new Set(tries.map((each) => (each as Trouble | undefined)?.syscall));
	const common = syscalls.size === 1 ? [...syscalls][0] : syscall;
	return {
		code: typeof code === 'string' ? code : '',
		syscall: typeof common === 'string' ? common : '',
	};
}
