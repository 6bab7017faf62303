import type { INodeProperties } from 'n8n-workflow';

import { MAX_WAIT, OPTIONS, type ItemOptions } from './optionTable';

/** How long a job is waited for that has no timeout of its own, in seconds: a minute more than the longest one. */
export const LONGEST_WAIT_SECONDS = 1260;

/** An option that is on or off, or what an expression makes of one; undefined where it is not set. */
export function readFlag(value: unknown): boolean | undefined {
	if (value === undefined || value === null || value === '') return undefined;
	return value !== 'false' && Boolean(value);
}

/** The options of an operation that waits for its job. */
const WAIT_OPTIONS: Array<keyof ItemOptions> = [
	'hookUrl',
	'maxInFlight',
	'maxWait',
	'onTimeout',
	'pollInterval',
	'simplify',
];

/** The options of an operation that sends a prompt. */
export const PROMPT_OPTIONS = ['checkPrompt', 'promptLint'] as const;

/** The collection `options` of an operation that waits for its job, with these beside. */
export const waitOptionsField = (...more: Array<keyof ItemOptions>): INodeProperties =>
	optionsField([...WAIT_OPTIONS, 'timeout', ...more]);

/** The same for jobs whose timeout TTAPI does not let anybody choose. */
export const untimedOptionsField = (...more: Array<keyof ItemOptions>): INodeProperties =>
	optionsField([...WAIT_OPTIONS, ...more], {
		maxWait: {
			default: LONGEST_WAIT_SECONDS,
			description: `${MAX_WAIT} ${LONGEST_WAIT_SECONDS}.`,
		},
	});

/**
 * The collection `options` with the given options in it, in the order of their labels.
 * @param changes what is different for this operation
 */
export function optionsField(
	names: Array<keyof ItemOptions>,
	changes: Partial<Record<keyof ItemOptions, Partial<INodeProperties>>> = {},
): INodeProperties {
	const options = names
		.map((name) => ({ ...OPTIONS[name], ...changes[name], name }) as INodeProperties)
		.sort((a, b) => a.displayName.localeCompare(b.displayName));
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options,
	};
}
