import type { Resource } from '../run/operation';
import { get as getAccount } from './account/get.operation';
import { action } from './image/action.operation';
import { blend } from './image/blend.operation';
import { describe } from './image/describe.operation';
import { edit } from './image/edit.operation';
import { getSeed } from './image/getSeed.operation';
import { imagine } from './image/imagine.operation';
import { inpaint } from './image/inpaint.operation';
import { get as getJob } from './job/get.operation';
import { getMany } from './job/getMany.operation';
import { wait } from './job/wait.operation';
import { check } from './prompt/check.operation';
import { resource } from './resource';
import { getStatus } from './service/getStatus.operation';
import { create } from './video/create.operation';
import { extend } from './video/extend.operation';

/** All that the node can do: each resource with its operations, the default first. */
export const RESOURCES: readonly Resource[] = [
	resource('Account', 'account', { get: getAccount }),
	resource('Image', 'image', { imagine, action, blend, describe, getSeed, inpaint, edit }),
	resource('Job', 'job', { get: getJob, getMany, wait }),
	resource('Prompt', 'prompt', { check }),
	resource('Service', 'service', { getStatus }),
	resource('Video', 'video', { create, extend }),
];

/** The kinds of jobs that the node submits, each once. */
export const JOB_KINDS = [
	...new Map(
		RESOURCES.flatMap(({ operations }) => Object.values(operations))
			.flatMap(({ kinds = [] }) => kinds)
			.map(({ value, name }) => [value, { value, name }]),
	).values(),
];
