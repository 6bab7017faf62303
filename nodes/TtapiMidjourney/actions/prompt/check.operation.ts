import { promptFor } from '../../parameters/prompt';
import { checkPrompt } from '../../transport/promptCheck';
import type { Operation } from '../../run/operation';

const prompt = promptFor('Enter the prompt to check.', {
	description: 'The prompt to check. TTAPI checks English only.',
});

/** POST /midjourney/v1/promptCheck (docs/ttapi.md, Endpoints): whether TTAPI would take the prompt. Free. */
export const check: Operation = {
	name: 'Check',
	action: 'Check a prompt',
	description: 'Find banned words before a job is paid for. Free.',
	returns: 'Returns "allowed" and "bannedWords".',
	parameters: [prompt],

	prepare(item, tools) {
		const text = item.get(prompt);
		return { kind: 'question', ask: async () => [await checkPrompt(tools, text)] };
	},
};
