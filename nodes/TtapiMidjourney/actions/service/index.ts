import type { INodeProperties } from 'n8n-workflow';

import { getStatus } from './getStatus.operation';

export const operations = { getStatus };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['service'] } },
		options: [
			{
				name: 'Get Status',
				value: 'getStatus',
				action: 'Get the status of the service',
				description: 'See which modes work just now, and how long their jobs take. Free.',
			},
		],
		default: 'getStatus',
	},
	...Object.values(operations).flatMap((operation) => operation.description),
];
