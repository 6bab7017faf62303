import type { NodeContext } from '../n8n/context';

/**
 * The context that sends the requests for all pauses. Any will do, and each keeps the data of its execution in memory: so it
 * is the newest one alone.
 */
let newest: NodeContext;

/** Lets this context send the requests from now on. */
export function sendWith(context: NodeContext): void {
	// What stops that execution must not stop the requests for all others.
	newest = Object.create(context, {
		getExecutionCancelSignal: { value: () => undefined },
	}) as NodeContext;
}

export const sender = (): NodeContext => newest;
