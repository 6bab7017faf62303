import { Store } from '../n8n/store';
import type { Tools } from './operation';

/** More questions than a run asks. */
const MOST_ANSWERS = 10_000;

/** What each run has asked for, by the question. It is forgotten with the run. */
const answersOf = new WeakMap<Tools, Store<Promise<unknown>>>();

/**
 * Asks TTAPI once in a run, however many items want to know. A failure is an answer, too: it is not asked again.
 * @param question tells it from others
 */
export async function once<T>(tools: Tools, question: string, ask: () => Promise<T>): Promise<T> {
	const answers = answersOf.get(tools) ?? new Store({ most: MOST_ANSWERS });
	answersOf.set(tools, answers);
	const answer = answers.get(tools.clock, question) ?? ask();
	answers.set(tools.clock, question, answer);
	return (await answer) as T;
}
