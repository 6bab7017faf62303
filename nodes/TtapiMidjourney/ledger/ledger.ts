import type { IExecuteFunctions } from 'n8n-workflow';

import { TtapiError } from '../jobs/errors';

/** What the node remembers of one submit. Plain data: n8n stores it with the execution. */
export interface LedgerEntry {
	/** The request (see `fingerprint`). */
	hash: string;
	/** When it was sent, in ms since 1970. */
	sentAt: number;
	/** What makes the job's callback URL unlike any other, where it has one. No secret. */
	mark?: string;
	/** The job that TTAPI took. */
	jobId?: string;
	/** Why nobody knows whether TTAPI took it. */
	doubt?: ErrorNote;
	/** The jobs that it may be then. */
	candidates?: string[];
	/** Why TTAPI refused it, where asking again could do harm. */
	refusal?: ErrorNote;
}

/** A submit of which nobody knows whether TTAPI took it. */
export type DoubtfulEntry = LedgerEntry & { doubt: ErrorNote };

export const isDoubtful = (entry: LedgerEntry): entry is DoubtfulEntry => entry.doubt !== undefined;

/** What an error says, to say it again. */
type ErrorNote = Pick<TtapiError, 'message' | 'description' | 'jobId' | 'httpStatus'>;

export const noteOf = ({ message, description, jobId, httpStatus }: TtapiError): ErrorNote => ({
	...{ message, description, jobId, httpStatus },
});

/** By the index of the item. An item whose prompt was edited has several. */
type EntriesOfRun = Record<number, LedgerEntry[]>;

/** A job of a run, as errors and logs name it. */
export interface PaidJob {
	jobId: string;
	itemIndex: number;
}

/** A submit of a run of which nobody knows whether TTAPI took it. */
export interface DoubtfulItem {
	itemIndex: number;
	/** The jobs that it may be, as far as TTAPI's history has them. */
	candidates: string[];
}

/** The key in the node's context. */
const CONTEXT_KEY = 'ledger';

/**
 * The submits of this run of the node and of its earlier attempts: n8n keeps the node's context when it runs the node
 * again, by Retry On Fail or when a person retries the failed execution (docs/n8n.md, What a retry finds).
 */
export class Ledger {
	/** The entries of all runs that are under way: an agent may call its tool again before the first call has finished. */
	private static readonly inUse = new WeakSet<LedgerEntry>();

	private readonly used = new Set<LedgerEntry>();

	private constructor(private readonly entries: EntriesOfRun) {}

	/** The ledger of the run that `context` is: each round of a loop has one of its own. */
	static of(context: IExecuteFunctions): Ledger {
		const nodeContext = context.getContext('node');
		const runs = (nodeContext[CONTEXT_KEY] ??= {}) as Record<number, EntriesOfRun>;
		return new Ledger((runs[context.getWorkflowDataProxy(0).$runIndex] ??= {}));
	}

	/** Whether anything was submitted for the item before: without it, its request need not be looked up. */
	knows(index: number): boolean {
		return this.of(index).length > 0;
	}

	/** What an earlier attempt has noted of the same request for the same item. */
	find(index: number, hash: string): LedgerEntry | undefined {
		const found = this.of(index).find((entry) => entry.hash === hash && !Ledger.inUse.has(entry));
		if (found) this.use(found);
		return found;
	}

	/** Notes a submit, in the place of what was noted of the same request before. */
	write(index: number, entry: LedgerEntry): void {
		this.strike(index, entry.hash);
		this.entries[index] = [...(this.entries[index] ?? []), entry];
		this.use(entry);
	}

	/** Whether the job was submitted by this run or one of its earlier attempts. */
	has(jobId: string): boolean {
		return Object.values(this.entries).some((of) => of.some((entry) => entry.jobId === jobId));
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

	/** The items whose jobs may exist. */
	get doubtful(): DoubtfulItem[] {
		return Object.entries(this.entries).flatMap(([index, entries]) =>
			entries
				.filter(isDoubtful)
				.map(({ candidates = [] }) => ({ itemIndex: Number(index), candidates })),
		);
	}

	/** Strikes out all that this run has submitted or used: for a run that came through, which n8n does not run again. */
	clear(): void {
		for (const [index, entries] of Object.entries(this.entries)) {
			for (const { hash } of entries) this.strike(Number(index), hash);
		}
	}

	/** Ends the use by this run. */
	close(): void {
		for (const entry of this.used) Ledger.inUse.delete(entry);
	}

	private strike(index: number, hash: string): void {
		const others = this.of(index).filter((entry) => entry.hash !== hash || !this.used.has(entry));
		if (others.length > 0) this.entries[index] = others;
		else delete this.entries[index];
	}

	private of(index: number): LedgerEntry[] {
		return this.entries[index] ?? [];
	}

	private use(entry: LedgerEntry): void {
		this.used.add(entry);
		Ledger.inUse.add(entry);
	}
}
