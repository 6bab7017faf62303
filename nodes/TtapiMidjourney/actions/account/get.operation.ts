import type { IDataObject } from 'n8n-workflow';

import { TtapiError } from '../../jobs/errors';
import { isRecord, numeric, text } from '../../jobs/json';
import { accountInfo } from '../../transport/accountQuestions';
import { withRetries, type Envelope } from '../../transport/read';
import { messageOf, refusalError, saysNoSuchPage } from '../../transport/refusals';
import type { Operation } from '../../run/operation';

/** GET /midjourney/v1/info (docs/ttapi.md, Endpoints): what is left of the quota, and how many slots there are. */
export const get: Operation = {
	name: 'Get',
	action: 'Get the account',
	description: 'See the balance of the account, and how many jobs it takes at a time. Free.',
	returns: 'Returns "balance", "frozenBalance" and "maxQueue".',
	parameters: [],

	prepare(_item, { client, clock }) {
		return {
			kind: 'question',
			ask: async () => {
				const look = async () => await accountInfo(client);
				return [accountOf(await withRetries(clock, look).catch(unlessNoPage))];
			},
		};
	},
};

function unlessNoPage(error: unknown): never {
	throw saysNoSuchPage(error) ? saysNothing(error.httpStatus) : error;
}

const saysNothing = (httpStatus?: number): TtapiError =>
	new TtapiError('This host of TTAPI does not say anything of the account', {
		description: 'Check the Base URL in the credential, or look at the TTAPI dashboard.',
		httpStatus,
	});

function accountOf(envelope: Envelope): IDataObject {
	const { data } = envelope.body;
	const isAnswered = envelope.httpStatus < 300 && isRecord(data);
	if (!isAnswered && [200, 404, 405].includes(envelope.httpStatus) && !messageOf(envelope.body))
		throw saysNothing(envelope.httpStatus);
	if (!isAnswered) throw refusalError(envelope);
	return {
		email: text(data.email),
		balance: numeric(data.balance),
		// What unfinished jobs will cost.
		frozenBalance: numeric(data.freeze_balance),
		maxQueue: numeric(data.max_queue),
		createdAt: text(data.created_at),
	};
}
