import type { IExecuteFunctions } from 'n8n-workflow';

import { needsSeparateImages, type DownloadChoice } from '../images/downloadPictures';
import { InputError } from '../jobs/errors';
import { FIRST_INTERVAL_MS, type Mode } from '../jobs/lookTimes';
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

/** The job timeouts that TTAPI takes, in seconds (ttapi-api.md 2). */
const TIMEOUT = { least: 300, leastForRelax: 600, most: 1200 };
const SECONDS_AFTER_TIMEOUT = 60;

/** One input item, as an operation sees it: its parameters, evaluated for it, checked before anything is sent. */
export class Item {
	constructor(
		readonly context: IExecuteFunctions,
		readonly index: number,
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

	/** A text parameter without the spaces around it; empty where it is not set. */
	text(name: string): string {
		const value = this.parameter(name, '');
		return value === null || value === undefined ? '' : String(value).trim();
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
	get mode(): Mode | undefined {
		return this.parameter('mode', undefined) as Mode | undefined;
	}

	get options(): ItemOptions {
		return this.parameter('options', {}) as ItemOptions;
	}

	/** The job timeout in seconds, undefined where TTAPI's own is to be used. Throws an InputError where TTAPI would not take it. */
	get timeout(): number | undefined {
		const { timeout } = this.options;
		if (timeout === undefined) return undefined;
		const isRelax = this.mode === 'relax';
		const least = isRelax ? TIMEOUT.leastForRelax : TIMEOUT.least;
		if (Number.isInteger(timeout) && timeout >= least && timeout <= TIMEOUT.most) return timeout;
		throw new InputError(
			`Job Timeout is ${timeout}, but TTAPI takes ${least} to ${TIMEOUT.most} seconds${isRelax ? ' in relax mode' : ''}`,
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
		const own = FIRST_INTERVAL_MS[this.mode ?? 'fast'] ?? FIRST_INTERVAL_MS.fast;
		const seconds = new Item(this.context, 0).seconds('pollInterval', 'Poll Interval', 1);
		return seconds === undefined ? own : seconds * 1000;
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

	/** An option in seconds, checked; undefined where it is not set. */
	seconds(name: 'maxWait' | 'pollInterval', label: string, least = 0): number | undefined {
		const value = this.options[name];
		if (value === undefined) return undefined;
		if (Number.isFinite(value) && value >= least) return value;
		throw new InputError(
			`${label} is ${value}`,
			`Enter ${least} or more seconds, or remove the option.`,
		);
	}
}
