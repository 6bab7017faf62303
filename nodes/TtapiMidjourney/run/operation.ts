import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { Downloader } from '../downloads/download';
import type { JobFamily } from '../jobs/job';
import type { Item } from '../parameters/item';
import type { Parameter } from '../parameters/parameter';
import type { TtapiClient } from '../transport/client';

/** What an operation needs to talk to TTAPI and to download images. */
export interface Tools extends Downloader {
	context: IExecuteFunctions;
	client: TtapiClient;
	/**
	 * Shares one free request among all items of a run. Its failure is shared, too.
	 * @param question the same for items that share the request
	 */
	once: <T>(question: string, ask: () => Promise<T>) => Promise<T>;
}

export type RequestBody = Record<string, unknown>;

/** A job to submit: it costs quota. */
export interface SubmitWork {
	kind: 'submit';
	path: string;
	family: JobFamily;
	/** TTAPI's name for the kind of job: TTAPI doesn't say it while the job is new. */
	action: string;
	prompt?: string | null;
	/** What is wrong with the prompt, in sentences; undefined if nothing is. */
	promptWarnings?: string[];
	/** Asks TTAPI whether it accepts the prompt, after `check`. Throws an InputError if it doesn't. */
	checkPrompt?: () => Promise<void>;
	/** Free checks before any job of the run is paid for. Throws an InputError if this job would fail. */
	check?: () => Promise<void>;
	/** The endpoint's own fields. A function if images must be loaded: then only those of the next jobs are in memory. */
	body: RequestBody | (() => Promise<RequestBody>);
}

/** A job that exists: get it once, or wait for it. */
export interface JobWork {
	kind: 'get' | 'wait';
	jobId: string;
	family: JobFamily | 'auto';
	/** Where to look first if `family` is "auto". */
	likely?: JobFamily;
}

/** A free request whose answer is the output. */
export interface QuestionWork {
	kind: 'question';
	/** The `json` of each output item. */
	ask: () => Promise<IDataObject[]>;
}

export type Work = SubmitWork | JobWork | QuestionWork;

/** An operation of the node. Each has a file of its own. */
export interface Operation {
	/** Its label in the dropdown. */
	name: string;
	/** Its label in the nodes panel. */
	action: string;
	/** What it is for, and what it costs. */
	description: string;
	/** The kinds of jobs that it submits, as the trigger filters them: by TTAPI's action, edits and videos by family. */
	kinds?: ReadonlyArray<{ value: string; name: string }>;
	/** False if TTAPI sends no callback when its jobs end (docs/ttapi.md, Callbacks). */
	hasCallback?: boolean;
	/** What it returns, for a model that uses the node as a tool. By default a finished job. */
	returns?: string;
	/** In the order of the panel. A collection appears where its first parameter does. */
	parameters: readonly Parameter[];
	/** Reads and checks the item's parameters, and sends nothing. Throws an InputError for those that can't be used. */
	prepare: (item: Item, tools: Tools) => Work;
}

/** A resource of the node, with everything that n8n shows for it. */
export interface Resource {
	name: string;
	value: string;
	operations: Record<string, Operation>;
	/** The operation dropdown, and the fields of each operation. */
	properties: INodeProperties[];
}
