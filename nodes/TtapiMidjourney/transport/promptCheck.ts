import type { Clock } from '../jobs/clock';
import { statusOf } from '../jobs/job';
import type { TtapiClient } from './client';
import { withRetries, read } from './read';
import { messageOf, refusalError } from './refusals';

/** What TTAPI says about a prompt. (A type, because an interface can't be the `json` of an item.) */
export type PromptVerdict = {
	allowed: boolean;
	message: string;
	bannedWords: string[];
};

/**
 * Asks TTAPI whether it accepts the prompt, free of charge (docs/ttapi.md, Endpoints). Banned words are an answer: HTTP 200
 * with FAILED and `banned prompt words：one,two`. Throws a TtapiError if there is no such answer.
 */
export async function checkPrompt(
	{ client, clock }: { client: TtapiClient; clock: Clock },
	prompt: string,
): Promise<PromptVerdict> {
	const request = {
		method: 'POST',
		path: '/midjourney/v1/promptCheck',
		body: { prompt },
	} as const;
	const envelope = await withRetries(
		clock,
		async () => await read(client, request, 'a prompt check'),
	);
	const message = messageOf(envelope.body);
	const words = /banned prompt words?\s*[:：]\s*(.*)$/is.exec(message)?.[1] ?? '';
	const allowed = statusOf(envelope.body) === 'SUCCESS';
	if (words === '' && (envelope.httpStatus >= 300 || (!allowed && message === '')))
		throw refusalError(envelope);
	return {
		allowed,
		message,
		bannedWords: words
			.split(/[,，、;；]/)
			.map((word) => word.trim())
			.filter((word) => word !== ''),
	};
}
