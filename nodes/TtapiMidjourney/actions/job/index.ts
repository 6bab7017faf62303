import type { INodeProperties } from 'n8n-workflow';

import { get } from './get.operation';
import { wait } from './wait.operation';

export const operations = { get, wait };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['job'] } },
		options: [
			{
				name: 'Get',
				value: 'get',
				action: 'Get a job',
				description: 'Look at a job once, whatever its state is. Free.',
			},
			{
				name: 'Wait',
				value: 'wait',
				action: 'Wait for a job',
				description: 'Keep looking at a job until it has ended. Free.',
			},
		],
		default: 'get',
	},
	...Object.values(operations).flatMap((operation) => operation.description),
];
