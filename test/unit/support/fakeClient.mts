import { Account } from '../../../nodes/TtapiMidjourney/jobs/account.ts';
import type {
	ApiAnswer,
	ApiRequest,
	TtapiClient,
} from '../../../nodes/TtapiMidjourney/transport/client.ts';
import { VirtualClock } from './virtualClock.mts';

type Answer = Partial<ApiAnswer> | Error;

let hosts = 0;

/** An answer of TTAPI with this status and body. */
export const http = (httpStatus: number, body: unknown = {}, more: Partial<ApiAnswer> = {}) => ({
	httpStatus,
	body,
	...more,
});

/**
 * A client whose host nobody has talked to before.
 * @param answers what it answers, one after the other (the last one again and again), or a function that decides
 */
export function fakeClient(answers: Answer[] | ((request: ApiRequest) => Answer)) {
	const requests: ApiRequest[] = [];
	const next = (request: ApiRequest) =>
		typeof answers === 'function'
			? answers(request)
			: answers[Math.min(requests.length, answers.length) - 1];
	const clock = new VirtualClock();
	const account = new Account(clock.ofProcess);
	// Nobody lets the clock go on here.
	account.questions.ask = async (_clock, question) => await question();
	const client = {
		baseUrl: `https://ttapi-${hosts++}.example.com`,
		clock,
		account,
		isPrivate: false,
		leftMs: Infinity,
		skewMs: 0 as number | undefined,
		send: async (request: ApiRequest) => {
			requests.push(request);
			const answer = next(request);
			if (answer instanceof Error) throw answer;
			return { httpStatus: 200, body: {}, ...answer };
		},
	};
	return { client: client as unknown as TtapiClient, requests };
}

/** How a request reads: "GET /midjourney/v1/fetch". */
export const line = ({ method, path }: ApiRequest): string => `${method} ${path}`;
