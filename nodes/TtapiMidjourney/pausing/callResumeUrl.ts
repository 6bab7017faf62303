import { isRecord } from '../jobs/json';
import type { Clock } from '../jobs/clock';
import type { NodeContext } from '../n8n/context';
import { Store } from '../n8n/store';

const TIMEOUT_MS = 30_000;

/**
 * What n8n answers if the execution isn't paused at the node any more, and what our `webhook()` does for another pause. A
 * proxy's 404 says other things.
 */
const OVER = new Set([404, 409]);
const SAYS_OVER = /execution|waiting webhook|pause/i;

/** The hosts that are known to be out of reach. */
const logged = new Store<true>({ keptMs: 60 * 60_000, most: 100 });

/**
 * Calls the node's own resume URL, as TTAPI does, so that n8n resumes the pause. Never throws. If n8n can't be reached there,
 * that is logged once in an hour.
 * @returns whether n8n says that the pause is over. It also does while it still stores the pause
 */
export async function callResumeUrl(
	context: NodeContext,
	clock: Clock,
	url: string,
	pauseId: string,
): Promise<{ isOver: boolean }> {
	const answer: unknown = await context.helpers
		.httpRequest({
			method: 'POST',
			url,
			body: { pauseId },
			json: true,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout: TIMEOUT_MS,
		})
		.catch((error: unknown) => error);
	const { statusCode, code, body } = isRecord(answer) ? answer : ({} as Record<string, unknown>);
	const status = Number(statusCode ?? 0);
	const isOver = OVER.has(status) && isRecord(body) && SAYS_OVER.test(String(body.message));
	// 500 is what n8n says before it has stored the first pause of an execution.
	if (!isOver && status !== 200 && status !== 500)
		logUnreached(context, clock, new URL(url).origin, status || code || 'no answer');
	return { isOver };
}

/** Names no path and no query: they would resume the execution. */
function logUnreached(context: NodeContext, clock: Clock, origin: string, what: unknown): void {
	if (logged.get(clock, origin)) return;
	logged.set(clock, origin, true);
	context.logger.warn(
		`TTAPI Midjourney could not reach n8n itself at ${origin} to resume a paused execution: ${String(what)}. Set N8N_WEBHOOK_URL (before n8n 2.35: WEBHOOK_URL) to an address that n8n can reach, too. Until then, if a callback gets lost, executions resume only after Max Wait.`,
	);
}
