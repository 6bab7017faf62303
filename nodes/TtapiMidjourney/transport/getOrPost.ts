import { Store } from '../n8n/store';
import type { TtapiClient } from './client';
import { read, type Envelope } from './read';

type Method = 'GET' | 'POST';

/** The method that an address last took: TTAPI's pages differ. */
const methodOf = new Store<Method>({ most: 100 });

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
	// An address that is known to take GET means what is asked for by its 404; otherwise it may mean the method.
	const isRefused = first.httpStatus === 405 || (first.httpStatus === 404 && known !== 'GET');
	if (!isRefused) return first;
	const second = await send(known === 'POST' ? 'GET' : 'POST');
	return second.httpStatus === 405 ? first : second;
}
