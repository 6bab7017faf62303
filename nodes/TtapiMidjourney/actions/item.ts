import type { IExecuteFunctions } from 'n8n-workflow';

import { needsSeparateImages, type DownloadChoice } from '../images/downloadPictures';
import { InputError } from '../jobs/errors';
import { FIRST_INTERVAL_MS } from '../jobs/lookTimes';
import { parsed } from '../transport/hosts';

/** What the collection `options` may hold; only what the user added is there. Times in seconds. */
export interface ItemOptions {
	family?: 'auto' | 'image' | 'edit' | 'video';
	getUImages?: boolean;
	hookUrl?: string;
	maxInFlight?: number;
	maxWait?: number;
	onTimeout?: 'error' | 'continue';
	pollInterval?: number;
	simplify?: boolean;
	timeout?: number;
	translation?: boolean;
}

/** The slots of a TTAPI account, unless agreed otherwise (ttapi-api.md 4). */
const DEFAULT_IN_FLIGHT = 10;

/** The job timeouts that TTAPI takes, in seconds (ttapi-api.md 2). */
const TIMEOUT = { least: 300, leastForRelax: 600, most: 1200 };
const SECONDS_AFTER_TIMEOUT = 60;

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
		this.cachedMode ??= this.text('mode');
		return this.cachedMode === '' ? undefined : this.cachedMode;
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
			`Job Timeout is ${this.options.timeout}, but TTAPI takes ${least} to ${TIMEOUT.most} seconds${isRelax ? ' in relax mode' : ''}`,
			isRelax
				? 'Relax jobs wait in line at Midjourney, so TTAPI gives them at least 600 seconds. Raise Job Timeout or choose another mode.'
				: 'Enter whole seconds in this range, or remove the option to use the default of TTAPI.',
		);
	}

	/** How long to wait for a job that this item submits, in ms: Max Wait, else the job's timeout and a minute. */
	get maxWaitMs(): number {
		const usual = this.mode === 'relax' ? TIMEOUT.leastForRelax : TIMEOUT.least;
		const seconds =
			this.seconds('maxWait', 'Max Wait') ?? (this.timeout ?? usual) + SECONDS_AFTER_TIMEOUT;
		return seconds * 1000;
	}

	/** How long until the first look at a job, in ms: Poll Interval (of the first item), else the mode's own. */
	get firstIntervalMs(): number {
		const seconds = (this.first ?? this).seconds('pollInterval', 'Poll Interval', 1);
		if (seconds !== undefined) return seconds * 1000;
		return FIRST_INTERVAL_MS[this.mode ?? 'fast'] ?? FIRST_INTERVAL_MS.fast;
	}

	/** The address that TTAPI is to call, byte for byte; undefined where there is none. */
	get hookUrl(): string | undefined {
		const { hookUrl } = this.options;
		if (!hookUrl) return undefined;
		if (['http:', 'https:'].includes(parsed(hookUrl)?.protocol ?? '')) return hookUrl;
		throw new InputError(
			'Callback URL is not an http(s) address',
			'Enter the full address that TTAPI is to call when the job ends, or remove the option.',
		);
	}

	/** Which pictures to download; none for operations that have no pictures. */
	get download(): DownloadChoice {
		return this.parameter('download', 'none') as DownloadChoice;
	}

	/** `getUImages`, where the separate pictures are wanted as addresses or as files. */
	separateImages(): { getUImages?: true } {
		return this.options.getUImages || needsSeparateImages(this.download)
			? { getUImages: true }
			: {};
	}

	/** How many unfinished jobs the run may have at any moment. */
	get maxInFlight(): number {
		const most = this.number('maxInFlight') ?? DEFAULT_IN_FLIGHT;
		if (Number.isInteger(most) && most >= 1) return most;
		throw new InputError(
			`Max Jobs in Flight is ${most}`,
			`Enter a whole number from 1, or remove the option to use ${DEFAULT_IN_FLIGHT}.`,
		);
	}

	/** An option in seconds, checked; undefined where it is not set. */
	seconds(name: 'maxWait' | 'pollInterval', label: string, least = 0): number | undefined {
		const value = this.number(name);
		if (value === undefined || value >= least) return value;
		throw new InputError(
			`${label} is ${this.options[name]}`,
			`Enter ${least} or more seconds, or remove the option.`,
		);
	}

	/** An option that is a number, or a text that reads as one, as expressions give it. NaN for anything else. */
	private number(name: 'maxInFlight' | 'maxWait' | 'pollInterval' | 'timeout'): number | undefined {
		const value: unknown = this.options[name];
		if (value === undefined || value === null || value === '') return undefined;
		return Number(value);
	}
}
