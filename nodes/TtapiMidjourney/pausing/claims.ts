/** How long a claim is kept, in ms: longer than any call that read the same pause can last. */
const KEPT_MS = 60 * 60_000;

/** The pauses that this process resumes or has resumed, with the time of it. */
const claimed = new Map<string, number>();

/**
 * Claims the right to resume a pause. n8n 1.x resumes an execution once for each callback that asks for it
 * (docs/n8n.md, Simultaneous callbacks on n8n 1.x), so of several at the same moment only one may.
 * @returns false where another callback has claimed it
 */
export function claim(pauseId: string): boolean {
	const now = Date.now();
	for (const [id, since] of claimed) {
		// A Map keeps the order of insertion: the rest is younger.
		if (now - since < KEPT_MS) break;
		claimed.delete(id);
	}
	if (claimed.has(pauseId)) return false;
	claimed.set(pauseId, now);
	return true;
}

/** Gives the claim back, where the execution could not be resumed after all: the next callback may. */
export function release(pauseId: string): void {
	claimed.delete(pauseId);
}
