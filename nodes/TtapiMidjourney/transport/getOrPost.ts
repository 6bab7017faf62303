import { TransientError, rethrowUnlessTransient } from '../jobs/errors';
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
	const first = await send(known ?? 'GET').catch(rethrowUnlessTransient);
	// If GET has worked before, a 404 is about the job. Otherwise it may be about the method.
	const isRefused = first.httpStatus === 405 || (first.httpStatus === 404 && known !== 'GET');
	const second = isRefused
		? await send(known === 'POST' ? 'GET' : 'POST').catch(rethrowUnlessTransient)
		: first;
	// If the host has no such page for the second method, the first answer counts.
	const isNoPage =
		second.httpStatus === 405 || (second instanceof TransientError && second.httpStatus === 404);
	const answer = isNoPage ? first : second;
	if (answer instanceof TransientError) throw answer;
	return answer;
}
