import type { INodeProperties } from 'n8n-workflow';

import { action } from './action.operation';
import { blend } from './blend.operation';
import { describe } from './describe.operation';
import { getSeed } from './getSeed.operation';
import { imagine } from './imagine.operation';
import { inpaint } from './inpaint.operation';

export const operations = { action, blend, describe, getSeed, imagine, inpaint };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['image'] } },
		options: [
			{
				name: 'Blend',
				value: 'blend',
				action: 'Blend pictures',
				description: 'Mix two to five pictures into a grid of four new ones',
			},
			{
				name: 'Describe',
				value: 'describe',
				action: 'Describe a picture',
				description: 'Get four prompts that would make a picture like this one',
			},
			{
				name: 'Get Seed',
				value: 'getSeed',
				action: 'Get the seed of a picture',
				description: 'Get the number that a picture started from, to make similar ones with --seed',
			},
			{
				name: 'Imagine',
				value: 'imagine',
				action: 'Imagine pictures',
				description: 'Make a grid of four pictures from a prompt',
			},
			{
				name: 'Inpaint',
				value: 'inpaint',
				action: 'Inpaint a region of a picture',
				description: 'Paint a part of a picture anew: Vary (Region)',
			},
			{
				name: 'Upscale, Vary, Zoom, Pan',
				value: 'action',
				action: 'Upscale vary zoom or pan a picture',
				description:
					'Press one of the buttons under a finished job: U1 to U4, V1 to V4, Reroll and more',
			},
		],
		default: 'imagine',
	},
	...Object.values(operations).flatMap((operation) => operation.description),
];
