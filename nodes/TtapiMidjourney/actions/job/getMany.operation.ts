import { USUAL_LIMIT } from '../../jobs/limits';
import { choice, flag, number, type Collection } from '../../parameters/parameter';
import type { Operation } from '../../run/operation';
import { manyJobs } from '../../transport/history';

const FILTERS: Collection = { name: 'filters', label: 'Filters', add: 'Add filter' };

const SORT: Collection = { name: 'sort', label: 'Sort', add: 'Add sort' };

const returnAll = flag({
	name: 'returnAll',
	label: 'Return All',
	help: 'Whether to return all results or only up to a given limit',
	default: false,
});

const limit = number({
	name: 'limit',
	label: 'Limit',
	help: 'Max number of results to return',
	least: 1,
	isWhole: true,
	default: USUAL_LIMIT,
	shown: { displayOptions: { show: { returnAll: [false] } } },
});

const order = choice({
	name: 'order',
	in: SORT,
	label: 'Order',
	help: 'Which jobs come first, by the time of their submit',
	choices: [
		{ name: 'Newest First', value: 'desc' },
		{ name: 'Oldest First', value: 'asc' },
	],
	default: 'desc',
	unset: undefined,
});

const status = choice({
	name: 'status',
	in: FILTERS,
	label: 'Status',
	help: 'Which jobs to list. TTAPI documents only Succeeded, which is also what it lists without this filter.',
	choices: [
		{ name: 'Failed', value: 'failed' },
		{ name: 'Pending', value: 'pending_queue' },
		{ name: 'Running', value: 'on_queue' },
		{ name: 'Succeeded', value: 'success' },
	],
	default: 'success',
	unset: undefined,
});

/** GET /midjourney/v1/fetch-list (docs/ttapi.md, History): the jobs of the account. */
export const getMany: Operation = {
	name: 'Get Many',
	action: 'Get many jobs',
	description: 'List jobs of the account, including jobs submitted outside n8n. Free.',
	returns: 'Returns jobs with "jobId", "prompt", "status" and "cdnImage".',
	parameters: [returnAll, limit, status, order],

	prepare(item, { client }) {
		const query = { status: item.get(status), order: item.get(order) };
		const most = item.get(returnAll) ? Infinity : item.get(limit);
		return {
			kind: 'question',
			ask: async () => (await manyJobs(client, query, most)).map((job) => ({ ...job })),
		};
	},
};
