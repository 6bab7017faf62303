import { InputError } from '../../jobs/errors';
import { saidInShort } from '../../jobs/quoted';
import { lintPrompt } from '../../prompts/lintPrompt';
import { checkPrompt } from '../../transport/promptCheck';
import type { Item } from '../../parameters/item';
import { checkPrompt as checkFirst, promptLint } from '../../parameters/options';
import type { SubmitWork, Tools } from '../../run/operation';

/**
 * The prompt of a new job, with what looks wrong in it, and TTAPI's own check if the item wants it. Throws an InputError if
 * something looks wrong and Prompt Lint is set to Error.
 */
export function checkedPrompt(
	item: Item,
	tools: Tools,
	prompt: string,
): Pick<SubmitWork, 'prompt' | 'promptWarnings' | 'checkPrompt'> {
	const lint = item.get(promptLint);
	const findings = lint === 'off' ? [] : lintPrompt(prompt);
	const promptWarnings = findings.map(({ message }) => message);
	if (lint === 'error' && findings.length > 0)
		throw new InputError(
			`The prompt is not right: ${promptWarnings.join(' ')}`,
			'Correct the prompt, or set the option Prompt Lint to Warn. This item was not submitted.',
		);
	return {
		prompt,
		promptWarnings: findings.length > 0 ? promptWarnings : undefined,
		checkPrompt: item.get(checkFirst) ? async () => await requireAllowed(tools, prompt) : undefined,
	};
}

/** A job with a banned word would be a violation (docs/ttapi.md, Errors). */
async function requireAllowed(tools: Tools, prompt: string): Promise<void> {
	const { allowed, message, bannedWords } = await tools.once(
		`prompt ${prompt}`,
		async () => await checkPrompt(tools, prompt),
	);
	if (allowed) return;
	const reason = bannedWords.length > 0 ? `banned words: ${bannedWords.join(', ')}` : message;
	throw new InputError(
		`TTAPI does not take the prompt: ${saidInShort(reason)}`,
		'Change the prompt. This item was not submitted.',
	);
}
