import type { IDataObject } from 'n8n-workflow';

import { statusOf } from '../../jobs/job';
import { patiently, read, type Envelope } from '../../transport/read';
import { messageOf, refusalError } from '../../transport/refusals';
import { promptField } from '../../fields/job';
import type { Operation } from '../operation';

/** POST /midjourney/v1/promptCheck (docs/ttapi.md, Endpoints): whether TTAPI would take the prompt. Free. */
export const check: Operation = {
	name: 'Check',
	action: 'Check a prompt',
	description: 'Find banned words before a job is paid for. Free.',
	fields: [{ ...promptField, description: 'The prompt to check. TTAPI checks English only.' }],

	prepare(item, { client, clock }) {
		const prompt = item.required('prompt', 'Prompt', 'Enter the prompt to check.');
		const request = {
			method: 'POST',
			path: '/midjourney/v1/promptCheck',
			body: { prompt },
		} as const;
		return {
			kind: 'question',
			ask: async () => [
				verdict(await patiently(clock, async () => await read(client, request, 'a prompt check'))),
			],
		};
	},
};

/** A banned word is an answer, not an error: HTTP 200 with FAILED and `banned prompt words：one,two`. */
function verdict(envelope: Envelope): IDataObject {
	const message = messageOf(envelope.body);
	const words = /banned prompt words?\s*[:：]\s*(.*)$/is.exec(message)?.[1] ?? '';
	if (envelope.httpStatus >= 300 && words === '') throw refusalError(envelope);
	return {
		allowed: statusOf(envelope.body) === 'SUCCESS',
		message,
		bannedWords: words
			.split(/[,，、;；]/)
			.map((word) => word.trim())
			.filter((word) => word !== ''),
	};
}
