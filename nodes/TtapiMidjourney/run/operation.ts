import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { Downloader } from '../downloads/download';
import type { JobFamily } from '../jobs/job';
import type { Item } from '../parameters/item';
import type { Parameter } from '../parameters/parameter';
import type { TtapiClient } from '../transport/client';

/** What operations work with: the way to TTAPI, and the way to pictures. */
export interface Tools extends Downloader {
	context: IExecuteFunctions;
	client: TtapiClient;
	/**
	 * Asks TTAPI once in a run, however many items want to know. A failure is an answer, too: it is not asked again.
	 * @param question tells it from others
	 */
	once: <T>(question: string, ask: () => Promise<T>) => Promise<T>;
}

export type RequestBody = Record<string, unknown>;

/** A job to submit: it costs quota. */
export interface SubmitWork {
	kind: 'submit';
	/** The endpoint's path. */
	path: string;
	family: JobFamily;
	/** What TTAPI calls the job: known before TTAPI says it. */
	action: string;
	prompt?: string | null;
	/** What is wrong with the prompt, in sentences; undefined if nothing is. */
	promptWarnings?: string[];
	/** Asks TTAPI whether it takes the prompt, after `check`. Throws an InputError if it does not. */
	checkPrompt?: () => Promise<void>;
	/** Asks what is free to ask, before any job of the run is paid. Throws an InputError if this one would be paid in vain. */
	check?: () => Promise<void>;
	/** The endpoint's own fields; made right before the submit if pictures have to be loaded, so that they never pile up in memory. */
	body: RequestBody | (() => Promise<RequestBody>);
}

/** A job that exists: ask for it once, or wait for its end. */
export interface JobWork {
	kind: 'get' | 'wait';
	jobId: string;
	/** Where to look for it. */
	family: JobFamily | 'auto';
	/** Where to look for it first, if the family is not known. */
	likely?: JobFamily;
}

/** A free question with an answer of its own. */
export interface QuestionWork {
	kind: 'question';
	/** The `json` of each output item. */
	ask: () => Promise<IDataObject[]>;
}

export type Work = SubmitWork | JobWork | QuestionWork;

/** One operation of the node. One operation = one file. */
export interface Operation {
	/** Its label in the dropdown. */
	name: string;
	/** Its label in the panel where nodes are chosen. */
	action: string;
	/** What it is for, and what it costs. */
	description: string;
	/** The kinds of jobs that it submits, as the trigger filters them: by TTAPI's name of the action; edits and videos by family. */
	kinds?: ReadonlyArray<{ value: string; name: string }>;
	/** What comes back, for a model that has the node as a tool; a finished job unless this says something else. */
	returns?: string;
	/** In the order of the panel; a collection stands where its first parameter does. */
	parameters: readonly Parameter[];
	/** Reads and checks the item's parameters. Sends nothing; throws an InputError for what cannot be sent. */
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
