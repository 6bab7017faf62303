/** The documented message for the banned words of an English prompt, `''` when it holds none. */
export function bannedWordsIn(prompt: string, bannedWords: string[]): string {
	const words = new Set(prompt.toLowerCase().match(/[a-z]+/g));
	const found = bannedWords.filter((word) => words.has(word.toLowerCase()));
	return found.length === 0 ? '' : `banned prompt words：${found.join(',')}`;
}
