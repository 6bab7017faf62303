import type { TtapiClient } from './client';
import { read, type Envelope } from './read';

type Method = 'GET' | 'POST';

/** The method that an address was seen to answer: TTAPI's pages differ. */
const methodOf = new Map<string, Method>();

/**
 * Asks by the method that the address is known to take; where none is known yet, by GET and, if that is refused, by POST.
 * @param what as in `read`
 */
export async function getOrPost(
	client: TtapiClient,
	path: string,
	fields: Record<string, string>,
	what: string,
	jobId?: string,
): Promise<Envelope> {
	const address = client.baseUrl + path;
	const send = async (method: Method) => {
		const sent = method === 'GET' ? { query: fields } : { body: fields };
		const envelope = await read(client, { method, path, ...sent }, what, jobId);
		if (envelope.httpStatus < 300) methodOf.set(address, method);
		return envelope;
	};

	const known = methodOf.get(address);
	const first = await send(known ?? 'GET');
	// An address that is known to take GET means what is asked for by its 404; otherwise it may mean the method.
	const isRefused = first.httpStatus === 405 || (first.httpStatus === 404 && known !== 'GET');
	if (!isRefused) return first;
	const second = await send(known === 'POST' ? 'GET' : 'POST');
	return second.httpStatus === 405 ? first : second;
}
