import type { AccountQuestions } from '../jobs/account';
import { isRecord, numeric } from '../jobs/json';
import type { TtapiClient } from './client';
import { fetchAcceptedJob, NotYetKnownError } from './fetchJob';
import { history } from './history';
import { read, type Envelope } from './read';
import { saysNoSuchPage } from './refusals';

/** Asks once for the account page, free of charge: the balance, and how many jobs the account may have unfinished. Throws like `read`. */
export const accountInfo = async (client: TtapiClient): Promise<Envelope> =>
	await read(client, { method: 'GET', path: '/midjourney/v1/info' }, 'the account');

/** What the account asks by itself, with the credential of this client. It may outlive the execution. */
export function accountQuestions(client: TtapiClient): AccountQuestions {
	const asking = client.ofProcess;
	return {
		slots: async () => {
			const said = await accountInfo(asking).catch((error: unknown) => {
				if (saysNoSuchPage(error)) return undefined;
				throw error;
			});
			const data = said?.body.data;
			return (isRecord(data) && numeric(data.max_queue)) || undefined;
		},
		look: async (jobId, family) =>
			await fetchAcceptedJob(asking, jobId, family).then(
				() => true,
				(error: unknown) => {
					if (error instanceof NotYetKnownError) return false;
					throw error;
				},
			),
		lastEnded: async () => (await history(asking, { limit: 1 })).jobs[0]?.job.jobId,
	};
}
