import type { IExecuteFunctions } from 'n8n-workflow';

import { TtapiError } from '../jobs/errors';

/** What the node remembers about one submit. Plain data: n8n stores it with the execution. */
export interface LedgerEntry {
	/** The request (see `fingerprint`). */
	hash: string;
	/** When it was sent, in ms since 1970. */
	sentAt: number;
	/** How far TTAPI's clock was ahead of n8n's then, in ms, if that was known. */
	skewMs?: number;
	/** The unique part of the job's callback URL, if it has one. Not a secret. */
	mark?: string;
	/** The job, if TTAPI accepted it. */
	jobId?: string;
	/** The error, if nobody knows whether TTAPI accepted it. */
	doubt?: ErrorNote;
	/** For a doubtful submit: the jobs that may be its own. */
	candidates?: string[];
	/** The error, if TTAPI refused it and sending it again could do harm. */
	refusal?: ErrorNote;
}

export type DoubtfulEntry = LedgerEntry & { doubt: ErrorNote };

export const isDoubtful = (entry: LedgerEntry): entry is DoubtfulEntry => entry.doubt !== undefined;

/** A stored error, to be thrown again by a retry. */
type ErrorNote = Pick<TtapiError, 'message' | 'description' | 'jobId' | 'httpStatus'>;

export const noteOf = ({ message, description, jobId, httpStatus }: TtapiError): ErrorNote => ({
	message,
	description,
	jobId,
	httpStatus,
});

/** By item index. An item has several entries if its prompt was edited between attempts. */
type EntriesOfRun = Record<number, LedgerEntry[]>;

export interface PaidJob {
	jobId: string;
	itemIndex: number;
}

/** An item whose submit TTAPI may or may not have accepted. */
export interface DoubtfulItem {
	itemIndex: number;
	/** The jobs that may be its own. */
	candidates: string[];
}

const CONTEXT_KEY = 'ledger';

/**
 * The submits of this run of the node and of its earlier attempts. n8n keeps the node's context when it runs the node again,
 * by Retry On Fail or when somebody retries the failed execution (docs/n8n.md, What a retry finds).
 */
export class Ledger {
	/** The entries that any run is using. An agent may call its tool again before the first call has finished. */
	private static readonly inUse = new WeakSet<LedgerEntry>();

	/** The entries that this run has written or found. */
	private readonly used = new Set<LedgerEntry>();

	private constructor(private readonly entries: EntriesOfRun) {}

	/** The ledger of the current run. Each round of a loop has its own. */
	static of(context: IExecuteFunctions): Ledger {
		const nodeContext = context.getContext('node');
		const runs = (nodeContext[CONTEXT_KEY] ??= {}) as Record<number, EntriesOfRun>;
		return new Ledger((runs[context.getWorkflowDataProxy(0).$runIndex] ??= {}));
	}

	/** Whether anything was submitted for the item. */
	knows(index: number): boolean {
		return this.entriesOf(index).length > 0;
	}

	/** The entry of an earlier attempt for the same item and request. */
	find(index: number, hash: string): LedgerEntry | undefined {
		const found = this.entriesOf(index).find(
			(entry) => entry.hash === hash && !Ledger.inUse.has(entry),
		);
		if (found) this.use(found);
		return found;
	}

	/** Notes a submit. Replaces this run's entry for the same request. */
	write(index: number, entry: LedgerEntry): void {
		this.remove(index, entry.hash);
		this.entries[index] = [...this.entriesOf(index), entry];
		this.use(entry);
	}

	/** Whether the job was submitted by this run or one of its earlier attempts. */
	has(jobId: string): boolean {
		return Object.values(this.entries)
			.flat()
			.some((entry) => entry.jobId === jobId);
	}

	/** All jobs of this run and its earlier attempts, in the order of their submits. */
	get jobs(): PaidJob[] {
		return Object.entries(this.entries)
			.flatMap(([index, entries]) =>
				entries.map((entry) => ({ ...entry, itemIndex: Number(index) })),
			)
			.sort((a, b) => a.sentAt - b.sentAt)
			.flatMap(({ jobId, itemIndex }) => (jobId === undefined ? [] : [{ jobId, itemIndex }]));
	}

	/** The ID of the job that was last submitted for the item. */
	lastJobOf(index: number): string | undefined {
		return this.jobs.filter(({ itemIndex }) => itemIndex === index).pop()?.jobId;
	}

	get doubtful(): DoubtfulItem[] {
		return Object.entries(this.entries).flatMap(([index, entries]) =>
			entries
				.filter(isDoubtful)
				.map(({ candidates = [] }) => ({ itemIndex: Number(index), candidates })),
		);
	}

	/** Removes all that this run has used. Called after a success, because n8n won't run it again. */
	clear(): void {
		for (const [index, entries] of Object.entries(this.entries)) {
			for (const { hash } of entries) this.remove(Number(index), hash);
		}
	}

	/** Says that this run is over, so that others may use its entries. */
	close(): void {
		for (const entry of this.used) Ledger.inUse.delete(entry);
	}

	/** Leaves the entries of other runs that are under way. */
	private remove(index: number, hash: string): void {
		const others = this.entriesOf(index).filter(
			(entry) => entry.hash !== hash || !this.used.has(entry),
		);
		if (others.length > 0) this.entries[index] = others;
		else delete this.entries[index];
	}

	private entriesOf(index: number): LedgerEntry[] {
		return this.entries[index] ?? [];
	}

	private use(entry: LedgerEntry): void {
		this.used.add(entry);
		Ledger.inUse.add(entry);
	}
}
