import type { DownloadChoice } from '../downloads/jobDownloads';

/** The values of the parameter `waitForResult`; `none` also for operations without it. */
export type WaitForResult = 'poll' | 'callback' | 'none';

/** What an item's parameters say of its job: read and checked once, before anything is sent. Plain data. */
export interface JobSettings {
	index: number;
	mode?: string;
	/** The job timeout in seconds; undefined: TTAPI's own. */
	timeout?: number;
	hookUrl?: string;
	waitForResult: WaitForResult;
	/** How long to wait for the job, and for a free slot before it. */
	maxWaitMs: number;
	/** How long until the first look at the job. */
	firstIntervalMs: number;
	onTimeout: 'error' | 'continue';
	simplify: boolean;
	/** What is wrong with the item's prompt; undefined where nothing is. */
	promptWarnings?: string[];
	download: DownloadChoice;
}
