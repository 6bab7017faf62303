import { Refusal } from './refusal.mts';

/** TTAPI's message about the banned words in an English prompt, `''` if there are none. */
export function bannedWordsIn(prompt: string, bannedWords: string[]): string {
	const words = new Set(prompt.toLowerCase().match(/[a-z]+/g));
	const found = bannedWords.filter((word) => words.has(word.toLowerCase()));
	return found.length === 0 ? '' : `banned prompt words：${found.join(',')}`;
}

/** @throws Refusal if the prompt contains banned words */
export function refuseBannedWords(prompt: string, bannedWords: string[]): void {
	const banned = bannedWordsIn(prompt, bannedWords);
	if (banned) throw new Refusal(400, banned);
}
