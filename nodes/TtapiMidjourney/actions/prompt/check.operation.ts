import { promptField } from '../../parameters/job';
import { checkPrompt } from '../../transport/promptCheck';
import type { Operation } from '../../run/operation';

/** POST /midjourney/v1/promptCheck (docs/ttapi.md, Endpoints): whether TTAPI would take the prompt. Free. */
export const check: Operation = {
	name: 'Check',
	action: 'Check a prompt',
	description: 'Find banned words before a job is paid for. Free.',
	returns: 'Returns "allowed" and "bannedWords".',
	fields: [{ ...promptField, description: 'The prompt to check. TTAPI checks English only.' }],

	prepare(item, tools) {
		const prompt = item.required('prompt', 'Prompt', 'Enter the prompt to check.');
		return { kind: 'question', ask: async () => [await checkPrompt(tools, prompt)] };
	},
};
