import { readFileSync } from 'node:fs';

export const OPERATIONS = [
	'imagine',
	'action',
	'blend',
	'describe',
	'inpaint',
	'getSeed',
	'edit',
	'video.create',
	'video.extend',
	'job.get',
	'job.wait',
	'job.getMany',
	'account.get',
	'prompt.check',
	'service.getStatus',
] as const;

export type OperationName = (typeof OPERATIONS)[number];

/** The workflow of an operation, as n8n exports it: Trigger, our node, and a node behind each of its two outputs. */
export const workflowOf = (name: OperationName): object =>
	JSON.parse(readFileSync(new URL(`../workflows/${name}.json`, import.meta.url), 'utf8'));
