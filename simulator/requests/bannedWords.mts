import { Refusal } from './refusal.mts';

/** The documented message for the banned words of an English prompt, `''` when it holds none. */
export function bannedWordsIn(prompt: string, bannedWords: string[]): string {
	const words = new Set(prompt.toLowerCase().match(/[a-z]+/g));
	const found = bannedWords.filter((word) => words.has(word.toLowerCase()));
	return found.length === 0 ? '' : `banned prompt words：${found.join(',')}`;
}

/** @throws Refusal when the prompt holds banned words */
export function refuseBannedWords(prompt: string, bannedWords: string[]): void {
	const banned = bannedWordsIn(prompt, bannedWords);
	if (banned) throw new Refusal(400, banned);
}
