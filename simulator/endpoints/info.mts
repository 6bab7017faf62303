import { spellQuota, spellTime } from '../jobs/spell.mts';
import type { Endpoint } from './endpoint.mts';

/** The account. */
export const info: Endpoint = {
	name: 'info',
	path: '/midjourney/v1/info',
	methods: ['GET'],
	answer(_fields, { account, settings }) {
		const data = {
			email: 'simulator@example.com',
			balance: spellQuota(account.balance, settings),
			freeze_balance: spellQuota(account.frozen, settings),
			max_queue: settings.slots,
			created_at: spellTime(Date.UTC(2024, 0), settings),
		};
		return { status: 'SUCCESS', message: 'success', data };
	},
};
