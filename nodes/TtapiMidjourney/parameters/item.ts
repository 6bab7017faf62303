import type { IExecuteFunctions } from 'n8n-workflow';

import { readFlag } from './options';
import type { ItemOptions } from './optionTable';
import { needsSeparateImages, type DownloadChoice } from '../downloads/jobDownloads';
import { InputError } from '../jobs/errors';
import { JOB_FAMILIES, type JobFamily } from '../jobs/job';
import { FIRST_INTERVAL_MS } from '../jobs/pollIntervals';
import { isToolCall } from '../n8n/context';
import type { JobSettings, WaitForResult } from './settings';
import { unreadable, type PromptParameters } from '../prompts/composePrompt';
import { httpUrl } from '../transport/hosts';

/** The slots of a TTAPI account, unless agreed otherwise. */
const DEFAULT_IN_FLIGHT = 10;

/** What n8n gives for `mode` where the operation has none. */
const NO_MODE = 'no mode';

/** The job timeouts that TTAPI takes, in seconds. */
const TIMEOUT = { least: 300, leastForRelax: 600, most: 1200 };
const SECONDS_AFTER_TIMEOUT = 60;

/** A year: dates that are much later are none. */
const MOST_SECONDS = 365 * 24 * 3600;

type NumberOption = 'maxInFlight' | 'maxWait' | 'pollInterval' | 'timeout';

/** One input item, as an operation sees it: its parameters, evaluated for it, checked before anything is sent. */
export class Item {
	private cachedOptions?: ItemOptions;

	private cachedMode?: string;

	/** @param first the first item of the run, where settings of the whole run are read; this one itself by default */
	constructor(
		readonly context: IExecuteFunctions,
		readonly index: number,
		private readonly first?: Item,
	) {}

	/** A parameter as it is; `fallback` where this operation does not have it. */
	parameter(name: string, fallback?: unknown): unknown {
		return this.context.getNodeParameter(name, this.index, fallback as undefined);
	}

	/** A text parameter without the spaces around it. Throws an InputError where it is empty. */
	required(name: string, label: string, hint: string): string {
		const value = this.text(name);
		if (value === '') throw new InputError(`${label} is empty`, hint);
		return value;
	}

	/** A text parameter without the spaces around it; empty where it is not set. Throws an InputError for an object. */
	text(name: string): string {
		const value = this.parameter(name, '');
		if (typeof value !== 'object') return String(value ?? '').trim();
		if (value === null) return '';
		throw new InputError(
			`The parameter "${name}" is an object or a list, not a text`,
			'Let its expression give a text, for example {{ $json.prompt }}.',
		);
	}

	/** One of the values of a list. Throws an InputError for anything else, which an expression may give. */
	choice<T extends string>(label: string, value: unknown, values: readonly T[]): T {
		const found = values.find((each) => each === value);
		if (found !== undefined) return found;
		throw new InputError(`${label} is "${String(value)}"`, `Use one of: ${values.join(', ')}.`);
	}

	/** The same for an option; undefined where it is not set. */
	chosen<T extends string>(
		label: string,
		name: keyof ItemOptions,
		values: readonly T[],
	): T | undefined {
		const value = this.options[name] ?? '';
		return value === '' ? undefined : this.choice(label, String(value), values);
	}

	/** The id of the job that the operation is about. */
	jobId(): string {
		return this.required(
			'jobId',
			'Job ID',
			'Enter the ID of a job, for example {{ $json.jobId }} from a TTAPI Midjourney node before this one.',
		);
	}

	/** The speed that is asked for; undefined for operations without one. */
	get mode(): string | undefined {
		this.cachedMode ??=
			this.parameter('mode', NO_MODE) === NO_MODE ? NO_MODE : this.text('mode') || 'fast';
		return this.cachedMode === NO_MODE ? undefined : this.cachedMode;
	}

	/** What the user added to the collection `options`. Evaluated once: expressions take their time. */
	get options(): ItemOptions {
		this.cachedOptions ??= this.parameter('options', {}) as ItemOptions;
		return this.cachedOptions;
	}

	/** The job timeout in seconds, undefined where TTAPI's own is to be used. Throws an InputError where TTAPI would not take it. */
	get timeout(): number | undefined {
		const timeout = this.number('timeout');
		if (timeout === undefined) return undefined;
		const isRelax = this.mode === 'relax';
		const least = isRelax ? TIMEOUT.leastForRelax : TIMEOUT.least;
		if (Number.isInteger(timeout) && timeout >= least && timeout <= TIMEOUT.most) return timeout;
		throw new InputError(
			`Job Timeout is ${String(this.option('timeout'))}, but TTAPI takes ${least} to ${TIMEOUT.most} seconds${isRelax ? ' in relax mode' : ''}`,
			isRelax
				? 'Relax jobs wait in line at Midjourney, so TTAPI gives them at least 600 seconds. Raise Job Timeout or choose another mode.'
				: 'Enter whole seconds in this range, or remove the option to use the default of TTAPI.',
		);
	}

	/**
	 * How long to wait for a job that this item submits, in ms: Max Wait, else the job's timeout and a minute.
	 * @param longestSeconds of jobs that have no timeout
	 */
	maxWaitMs(longestSeconds?: number): number {
		const usual = this.mode === 'relax' ? TIMEOUT.leastForRelax : TIMEOUT.least;
		const seconds = this.seconds('maxWait', 'Max Wait', 0) ?? longestSeconds;
		return (seconds ?? (this.timeout ?? usual) + SECONDS_AFTER_TIMEOUT) * 1000;
	}

	/** How long until the first look at a job, in ms: Poll Interval (of the first item), else the mode's own. */
	get firstIntervalMs(): number {
		const seconds = (this.first ?? this).seconds('pollInterval', 'Poll Interval', 1);
		if (seconds !== undefined) return seconds * 1000;
		return FIRST_INTERVAL_MS[this.mode ?? 'fast'] ?? FIRST_INTERVAL_MS.fast;
	}

	/** The address that TTAPI is to call, byte for byte; undefined where there is none. */
	get hookUrl(): string | undefined {
		const hookUrl: unknown = this.options.hookUrl;
		if (hookUrl === undefined || hookUrl === null || hookUrl === '') return undefined;
		if (this.waitForResult === 'callback') {
			throw new InputError(
				'Callback URL is set, but this node pauses until TTAPI calls its own URL, and TTAPI calls only one',
				'Remove the option Callback URL, or set Wait for Result to another value.',
			);
		}
		if (typeof hookUrl === 'string' && httpUrl(hookUrl)) return hookUrl;
		throw new InputError(
			'Callback URL is not an http(s) URL',
			'Enter the full URL that TTAPI is to call when the job ends, or remove the option.',
		);
	}

	/** The typed Midjourney parameters of the prompt. Throws an InputError for one that would read as an object in it. */
	get promptParameters(): PromptParameters {
		const given = this.parameter('promptParameters', {}) as PromptParameters;
		const name = unreadable(given);
		if (name === undefined) return given;
		throw new InputError(
			`The prompt parameter "${name}" is not a text or a number`,
			'Let its expression give a text, a number, or a list of them.',
		);
	}

	/** Where a job is looked for. */
	get family(): JobFamily | 'auto' {
		return this.chosen('Job Family', 'family', ['auto', ...JOB_FAMILIES]) ?? 'auto';
	}

	/** What the input says of the job that the operation is about, where the two belong together. */
	get likelyFamily(): JobFamily | undefined {
		const { jobId, family } = this.context.getInputData()[this.index].json;
		if (jobId !== this.jobId()) return undefined;
		return JOB_FAMILIES.find((each) => each === family);
	}

	/** How the end of a job is waited for. */
	get waitForResult(): WaitForResult {
		return this.parameter('waitForResult', 'none') as WaitForResult;
	}

	/** Which pictures to download; none for operations that have no pictures. */
	get download(): DownloadChoice {
		return this.parameter('download', 'none') as DownloadChoice;
	}

	/** `getUImages`, where the separate pictures are wanted as addresses or as files. */
	separateImages(): { getUImages?: true } {
		return this.flag('getUImages') || needsSeparateImages(this.download)
			? { getUImages: true }
			: {};
	}

	/**
	 * All that is to be known of the item's job from here on. Throws an InputError where a setting cannot be used.
	 * @param longestSeconds how long a job is waited for that has no timeout
	 */
	settings(longestSeconds?: number): JobSettings {
		const { index, mode, timeout, hookUrl, firstIntervalMs, waitForResult } = this;
		// No file reaches a model.
		const download = isToolCall(this.context) ? 'none' : this.download;
		const maxWaitMs = this.maxWaitMs(longestSeconds);
		const { onTimeout = 'error' } = this.options;
		const simplify = this.flag('simplify') ?? true;
		return {
			...{ index, mode, timeout, hookUrl, maxWaitMs, firstIntervalMs, download },
			...{ onTimeout, simplify, waitForResult },
		};
	}

	/** An option that is on or off, or a text that reads as one; undefined where it is not set. */
	flag(name: 'checkPrompt' | 'getUImages' | 'simplify' | 'translation'): boolean | undefined {
		return readFlag(this.options[name]);
	}

	/** How many unfinished jobs the run may have at any moment. */
	get maxInFlight(): number {
		const most = this.number('maxInFlight') ?? DEFAULT_IN_FLIGHT;
		if (Number.isInteger(most) && most >= 1) return most;
		throw new InputError(
			`Max Jobs in Flight is ${String(this.option('maxInFlight'))}`,
			`Enter a whole number from 1, or remove the option to use ${DEFAULT_IN_FLIGHT}.`,
		);
	}

	/** An option in seconds, checked; undefined where it is not set. */
	seconds(name: 'maxWait' | 'pollInterval', label: string, least: number): number | undefined {
		const value = this.number(name);
		if (value === undefined || (value >= least && value <= MOST_SECONDS)) return value;
		throw new InputError(
			`${label} is ${String(this.option(name))}`,
			`Enter ${least} to ${MOST_SECONDS} seconds, or remove the option.`,
		);
	}

	/** An option that is a number, or a text that reads as one, as expressions give it. NaN for anything else. */
	private number(name: NumberOption): number | undefined {
		const value = this.option(name);
		if (value === undefined || value === null) return undefined;
		if (typeof value === 'string') return value.trim() === '' ? undefined : Number(value);
		return typeof value === 'number' ? value : NaN;
	}

	/** One option by itself: what the others hold may not concern the whole run. */
	private option(name: NumberOption): unknown {
		return this.parameter(`options.${name}`, null);
	}
}
