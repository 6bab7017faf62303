import { DoubtfulError } from '../jobs/errors';
import type { DoubtfulEntry, Ledger } from './ledger';
import type { SearchResult } from './seekJob';

/** Notes which jobs in TTAPI's history may be that of a doubtful submit, and returns the error for its item. */
export function stillInDoubt(
	ledger: Ledger,
	index: number,
	entry: DoubtfulEntry,
	found: Exclude<SearchResult, { kind: 'job' }>,
): DoubtfulError {
	const { message, ...facts } = entry.doubt;
	const known = found.kind === 'candidates' ? found.jobIds : (entry.candidates ?? []);
	// An answer such as HTTP 500 may name a job ID. That doesn't prove that the job exists.
	const candidates = [...new Set(facts.jobId ? [facts.jobId, ...known] : known)];
	ledger.write(index, { ...entry, candidates });
	const description = [facts.description, ...whatFound(found)].join(' ');
	return new DoubtfulError(message, { ...facts, description });
}

/** What the search adds to the advice of the submit itself. */
function whatFound(found: Exclude<SearchResult, { kind: 'job' }>): string[] {
	switch (found.kind) {
		case 'candidates':
			return [
				`TTAPI's history has what may be it: ${found.jobIds.join(', ')}. Job > Wait with the right job ID gets the result.`,
			];
		case 'none':
			return [
				"TTAPI's history, which lists jobs that have ended, does not have it so far. Retry the execution in an hour or more: it is submitted again only if the history still has no such job then.",
			];
		case 'unknown':
			return [];
	}
}
