import type { Tools } from './operation';

/** What each execution has asked for, by the question. */
const asked = new WeakMap<Tools, Map<string, Promise<unknown>>>();

/**
 * Asks TTAPI once in an execution, however many items want to know.
 * @param question tells it from others
 */
export async function once<T>(tools: Tools, question: string, ask: () => Promise<T>): Promise<T> {
	const answers = asked.get(tools) ?? new Map<string, Promise<unknown>>();
	asked.set(tools, answers);
	const answer = answers.get(question) ?? ask();
	answers.set(question, answer);
	return (await answer) as T;
}
