import { needsSeparateImages, type DownloadChoice } from '../downloads/jobDownloads';
import { InputError } from '../jobs/errors';
import { hasReference, withReference } from '../jobs/reference';
import {
	FIRST_POLL_SECONDS,
	JOB_TIMEOUT,
	LONGEST_WAIT_SECONDS,
	SECONDS_AFTER_TIMEOUT,
} from '../jobs/limits';
import { isToolCall } from '../n8n/context';
import { httpUrl } from '../transport/hosts';
import type { Item } from './item';
import { download, mode, waitForResult, type Mode, type WaitForResult } from './job';
import {
	getUImages,
	hookUrl,
	maxWait,
	onTimeout,
	reference,
	relaxTimeout,
	simplify,
	timeout,
} from './options';
import type { Parameter } from './parameter';

/** What an item's parameters say of its job: read and checked once, before anything is sent. Plain data. */
export interface JobSettings {
	index: number;
	/** The speed that is asked for; fast if the operation has none. */
	mode: Mode;
	/** The job timeout in seconds; undefined: TTAPI's own. */
	timeout?: number;
	hookUrl?: string;
	/** The user's own key for the job. */
	reference?: string;
	waitForResult: WaitForResult;
	/** How long to wait for the job, and for a free slot before it. */
	maxWaitMs: number;
	/** The longest time until the first look at the job. */
	firstIntervalMs: number;
	onTimeout: 'error' | 'continue';
	simplify: boolean;
	/** What is wrong with the item's prompt; undefined if nothing is. */
	promptWarnings?: string[];
	download: DownloadChoice;
}

/**
 * Reads the settings of an item's job. Throws an InputError for one that cannot be used.
 * @param asked the parameters of the operation
 * @param firstPollSeconds the Poll Interval of the run; undefined: the mode's own
 */
export function readSettings(
	item: Item,
	asked: readonly Parameter[],
	firstPollSeconds?: number,
): JobSettings {
	const speed = item.get(mode);
	const wait = item.get(waitForResult);
	// Edits and videos have no job timeout.
	const isTimed = asked.includes(timeout);
	const jobTimeout = isTimed ? item.get(speed === 'relax' ? relaxTimeout : timeout) : undefined;
	const usualTimeout = speed === 'relax' ? JOB_TIMEOUT.leastForRelax : JOB_TIMEOUT.least;
	const usualWait = isTimed
		? (jobTimeout ?? usualTimeout) + SECONDS_AFTER_TIMEOUT
		: LONGEST_WAIT_SECONDS;
	return {
		index: item.index,
		mode: speed,
		timeout: jobTimeout,
		hookUrl: hookUrlOf(item, wait),
		reference: item.get(reference) || undefined,
		waitForResult: wait,
		maxWaitMs: (item.get(maxWait) ?? usualWait) * 1000,
		firstIntervalMs: (firstPollSeconds ?? FIRST_POLL_SECONDS[speed]) * 1000,
		onTimeout: item.get(onTimeout),
		simplify: item.get(simplify),
		// No file reaches a model.
		download: isToolCall(item.context) ? 'none' : item.get(download),
	};
}

/** `getUImages` for the request, if the separate images are wanted as addresses or as files. */
export const separateImages = (item: Item): { getUImages?: true } =>
	item.get(getUImages) || needsSeparateImages(item.get(download)) ? { getUImages: true } : {};

/** The address that TTAPI is to call, byte for byte but for the reference. */
function hookUrlOf(item: Item, wait: WaitForResult): string | undefined {
	const address = item.get(hookUrl);
	if (address === '') return undefined;
	if (wait === 'callback') {
		throw new InputError(
			"'Callback URL' is set, but this node pauses until TTAPI calls its own URL, and TTAPI calls only one",
			'Remove the option Callback URL, or set Wait for Result to another value.',
		);
	}
	if (httpUrl(address)) return withKey(address, item.get(reference));
	throw new InputError(
		"'Callback URL' is not an http(s) URL",
		'Enter the full URL that TTAPI is to call when the job finishes, or remove the option.',
	);
}

function withKey(address: string, key: string): string {
	if (key === '') return address;
	if (!hasReference(address)) return withReference(address, key);
	throw new InputError(
		"'Callback URL' has a query key \"reference\" already, and 'Reference' adds one",
		'Remove the option Reference, or the key from the Callback URL.',
	);
}
