import type { IExecuteFunctions } from 'n8n-workflow';

import type { DownloadChoice } from '../images/downloadPictures';
import { InputError } from '../jobs/errors';
import type { TtapiClient } from '../transport/client';
import { httpUrl, isPrivateHost } from '../transport/hosts';

/** What n8n calls a workflow that was never saved. */
const NEVER_SAVED = new Set<unknown>([undefined, null, '', '__EMPTY__']);

/**
 * Why this run cannot pause, as the end of a sentence; undefined where it can.
 * @param download what the run downloads
 */
export function whyNotPaused(
	context: IExecuteFunctions,
	download: DownloadChoice,
): string | undefined {
	// An agent's call runs under a node type of its own, and waits for its answer (n8n-engine.md 12).
	if (context.getNode().type.endsWith('Tool')) return 'an agent waits for the answer of its tool';
	if (NEVER_SAVED.has(context.getWorkflow().id)) return 'only a saved workflow can be resumed';
	if (download === 'itemPerImage')
		return 'One Item per Image needs it: after a pause n8n pairs each output item with one input item';
	return undefined;
}

/**
 * The URL that resumes this execution. Throws an InputError where TTAPI cannot reach it: the jobs would be paid, and
 * nobody would ever be told of their end.
 */
export function resumeUrl(context: IExecuteFunctions, client: TtapiClient): string {
	const url = String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0));
	const host = httpUrl(url)?.hostname;
	if (host !== undefined && (client.isPrivate || !isPrivateHost(host))) return url;
	throw new InputError(
		`TTAPI cannot reach this n8n to resume the execution: its URL is on ${host ?? 'no http(s) host'}`,
		'Set WEBHOOK_URL of n8n to the public address of n8n, or set Wait for Result to Poll Until Done. Nothing was paid.',
	);
}
