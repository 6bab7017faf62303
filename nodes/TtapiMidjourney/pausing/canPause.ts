import type { IExecuteFunctions } from 'n8n-workflow';

import { isToolCall, type NodeContext } from '../n8n/context';
import type { DownloadChoice } from '../downloads/jobDownloads';
import { InputError } from '../jobs/errors';
import { httpUrl, isPrivateHost } from '../transport/hosts';

/** The IDs that n8n gives to a workflow that was never saved. */
const NEVER_SAVED = new Set<unknown>([undefined, null, '', '__EMPTY__']);

/** The URL that resumes this execution when it is paused. */
export const resumeUrlOf = (context: NodeContext): string =>
	String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0));

type Pausing =
	{ resumeUrl: string; whyNot?: undefined } | { whyNot: string; resumeUrl?: undefined };

/**
 * The URL that resumes this run, or why it can't pause, as the end of a sentence (docs/n8n.md, Where a pause would not work).
 * Throws an InputError if TTAPI can't reach the URL: the jobs would be paid for, and nobody would hear of their results.
 * @param download what the run downloads
 * @param allowPrivate whether TTAPI itself is in a private network
 */
export function canPause(
	context: IExecuteFunctions,
	download: DownloadChoice,
	allowPrivate: boolean,
): Pausing {
	const resumeUrl = resumeUrlOf(context);
	const whyNot = whyNotPaused(context, resumeUrl, download);
	if (whyNot !== undefined) return { whyNot };
	const host = httpUrl(resumeUrl)?.hostname;
	if (host !== undefined && (allowPrivate || !isPrivateHost(host))) return { resumeUrl };
	throw new InputError(
		host === undefined
			? "n8n's resume URL is not an http(s) URL, so TTAPI cannot resume this execution"
			: `n8n's address ${host} is not public, so TTAPI cannot resume this execution`,
		"Set n8n's WEBHOOK_URL environment variable to its public address, or set Wait for Result to Poll Until Done. Nothing was paid.",
	);
}

function whyNotPaused(
	context: IExecuteFunctions,
	resumeUrl: string,
	download: DownloadChoice,
): string | undefined {
	if (isToolCall(context)) return 'an agent waits for the answer of its tool';
	if (NEVER_SAVED.has(context.getWorkflow().id)) return 'only a saved workflow can be resumed';
	// n8n pairs each item of a resumed node with another input item (docs/n8n.md, Pairing after a pause).
	if (download === 'itemPerImage')
		return 'with one item per file n8n could not pair the output after a pause';
	// Only n8n 2.x signs the URL.
	const isVersion1 = !httpUrl(resumeUrl)?.searchParams.has('signature');
	if (context.getMode() === 'integrated' && isVersion1)
		return 'n8n 1.x does not return the output of a paused sub-workflow';
	return undefined;
}
