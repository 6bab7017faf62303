import { InputError } from '../../jobs/errors';
import { manyJobs } from '../../transport/history';
import type { Item } from '../../parameters/item';
import type { Operation } from '../../run/operation';

/** GET /midjourney/v1/fetch-list (docs/ttapi.md, History): the jobs of the account. */
export const getMany: Operation = {
	name: 'Get Many',
	action: 'Get many jobs',
	description: 'List jobs of the account, also those that were submitted elsewhere. Free.',
	returns: 'Returns jobs with "jobId", "prompt", "status" and "cdnImage".',
	fields: [
		{
			displayName: 'Return All',
			name: 'returnAll',
			type: 'boolean',
			default: false,
			description: 'Whether to return all results or only up to a given limit',
		},
		{
			displayName: 'Limit',
			name: 'limit',
			type: 'number',
			typeOptions: { minValue: 1 },
			displayOptions: { show: { returnAll: [false] } },
			default: 50,
			description: 'Max number of results to return',
		},
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add filter',
			default: {},
			options: [
				{
					displayName: 'Order',
					name: 'order',
					type: 'options',
					options: [
						{ name: 'Newest First', value: 'desc' },
						{ name: 'Oldest First', value: 'asc' },
					],
					default: 'desc',
					description: 'Which jobs come first',
				},
				{
					displayName: 'Status',
					name: 'status',
					type: 'options',
					options: [
						{ name: 'Failed', value: 'failed' },
						{ name: 'Pending', value: 'pending_queue' },
						{ name: 'Running', value: 'on_queue' },
						{ name: 'Succeeded', value: 'success' },
					],
					default: 'success',
					description:
						'Which jobs to list. TTAPI documents only Succeeded, which is also what it lists without this filter.',
				},
			],
		},
	],

	prepare(item, { client, clock }) {
		const { status, order } = item.parameter('filters', {}) as { status?: string; order?: string };
		const query = {
			status,
			order: order ? item.choice('Order', order, ['asc', 'desc']) : undefined,
		};
		const most = item.parameter('returnAll', false) === true ? Infinity : limitOf(item);
		return {
			kind: 'question',
			ask: async () => (await manyJobs(client, clock, query, most)).map((job) => ({ ...job })),
		};
	},
};

function limitOf(item: Item): number {
	const limit = Number(item.text('limit') || 50);
	if (Number.isInteger(limit) && limit >= 1) return limit;
	throw new InputError(
		`Limit is ${item.text('limit')}`,
		'Enter a whole number from 1, or switch on Return All.',
	);
}
