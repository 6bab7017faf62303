import { createHash } from 'node:crypto';

import { Account } from '../jobs/account';
import type { Clock } from '../jobs/clock';
import { Store } from '../n8n/store';

/** What was learnt of an account is kept as long as it is used, and half an hour more. */
const accounts = new Store<Account>({ keptMs: 30 * 60_000, most: 100 });

/** TTAPI's hosts that end in .org lead to the same accounts as those in .io (docs/ttapi.md, Hosts). */
const ORG = /(?<=^https:\/\/(?:api|hold)\.ttapi\.)org$/;

/** A changed key is another account. */
export const accountKey = (baseUrl: string, apiKey: string): string =>
	createHash('sha256')
		.update(JSON.stringify([baseUrl.replace(ORG, 'io'), apiKey]))
		.digest('hex');

/** The account of this key, which all runs of the process share. */
export function accountOf({ ofProcess }: Clock, key: string): Account {
	const account = accounts.get(ofProcess, key) ?? new Account(ofProcess);
	accounts.set(ofProcess, key, account);
	return account;
}
