import type { IExecuteFunctions } from 'n8n-workflow';

import type { Host } from '../host/host';
import type { DownloadChoice } from '../images/downloadPictures';
import { InputError } from '../jobs/errors';
import { httpUrl, isPrivateHost } from '../transport/hosts';

/** What n8n calls a workflow that was never saved. */
const NEVER_SAVED = new Set<unknown>([undefined, null, '', '__EMPTY__']);

/** The URL that lets this execution go on when it is paused. */
export const resumeUrlOf = (context: Host): string =>
	String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0));

/**
 * Why this run cannot pause, as the end of a sentence; undefined where it can.
 * @param download what the run downloads
 */
export function whyNotPaused(
	context: IExecuteFunctions,
	resumeUrl: string,
	download: DownloadChoice,
): string | undefined {
	// An agent's call runs under a node type of its own, and waits for its answer (n8n-engine.md 12).
	if (context.getNode().type.endsWith('Tool')) return 'an agent waits for the answer of its tool';
	if (NEVER_SAVED.has(context.getWorkflow().id)) return 'only a saved workflow can be resumed';
	if (download === 'itemPerImage')
		return 'One Item per Image needs it: after a pause n8n pairs each output item with one input item';
	// Only n8n 2.x gives the URL a token.
	const isVersion1 = !httpUrl(resumeUrl)?.searchParams.has('signature');
	if (context.getMode() === 'integrated' && isVersion1)
		return 'n8n 1.x does not hand on what a paused sub-workflow gives';
	return undefined;
}

/**
 * Throws an InputError where TTAPI cannot reach the URL: the jobs would be paid, and nobody would be told of their end.
 * @param allowPrivate whether TTAPI itself is in a private network
 */
export function requireReachable(resumeUrl: string, allowPrivate: boolean): void {
	const host = httpUrl(resumeUrl)?.hostname;
	if (host !== undefined && (allowPrivate || !isPrivateHost(host))) return;
	throw new InputError(
		`TTAPI cannot reach this n8n to resume the execution: its URL is on ${host ?? 'no http(s) host'}`,
		'Set WEBHOOK_URL of n8n to the public address of n8n, or set Wait for Result to Poll Until Done. Nothing was paid.',
	);
}
