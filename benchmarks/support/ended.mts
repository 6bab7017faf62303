import { requireDone } from './benchmark.mts';
import type { Host } from './host.mts';

const PAUSE_MS = 200;
const PATIENCE_MS = 10 * 60_000;

/**
 * Waits for the end of an execution without having n8n load its items.
 * @param meanwhile is done again and again until then
 */
export async function ended(
	{ client }: Host,
	workflowId: string,
	executionId: string,
	meanwhile = async () => {},
): Promise<void> {
	const giveUpAt = Date.now() + PATIENCE_MS;
	for (;;) {
		const execution = (await client.listExecutions({ workflowId })).find(
			({ id }) => id === executionId,
		);
		if (execution && !['new', 'running'].includes(execution.status)) return;
		requireDone(Date.now() < giveUpAt, `the execution is still ${execution?.status}`);
		await meanwhile();
		await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
	}
}
