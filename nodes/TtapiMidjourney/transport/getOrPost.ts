import { Store } from '../n8n/store';
import type { TtapiClient } from './client';
import { read, type Envelope } from './read';

type Method = 'GET' | 'POST';

/** The method that each address last accepted. */
const methodOf = new Store<Method>({ most: 100 });

/**
 * Like `read`, for endpoints whose method TTAPI's pages disagree on (docs/ttapi.md, Errors): tries GET, then POST. Starts with
 * the one that worked last.
 * @param what what is asked for, as part of a sentence: "the state of job abc"
 */
export async function getOrPost(
	client: TtapiClient,
	path: string,
	fields: Record<string, string>,
	what: string,
	jobId?: string,
): Promise<Envelope> {
	const { baseUrl, clock } = client;
	const address = baseUrl + path;
	const send = async (method: Method) => {
		const sent = method === 'GET' ? { query: fields } : { body: fields };
		const envelope = await read(client, { method, path, ...sent }, what, jobId);
		if (envelope.httpStatus < 300) methodOf.set(clock, address, method);
		return envelope;
	};

	const known = methodOf.get(clock, address);
	const first = await send(known ?? 'GET');
	// If GET has worked before, a 404 is about the job. Otherwise it may be about the method.
	const isRefused = first.httpStatus === 405 || (first.httpStatus === 404 && known !== 'GET');
	if (!isRefused) return first;
	const second = await send(known === 'POST' ? 'GET' : 'POST');
	return second.httpStatus === 405 ? first : second;
}
