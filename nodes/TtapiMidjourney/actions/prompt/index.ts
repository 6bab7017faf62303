import type { INodeProperties } from 'n8n-workflow';

import { check } from './check.operation';

export const operations = { check };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['prompt'] } },
		options: [
			{
				name: 'Check',
				value: 'check',
				action: 'Check a prompt',
				description: 'Find banned words before a job is paid for. Free.',
			},
		],
		default: 'check',
	},
	...Object.values(operations).flatMap((operation) => operation.description),
];
