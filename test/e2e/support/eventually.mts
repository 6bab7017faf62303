/** Looks again and again (at most some 30 s) until `look` gives something. */
export async function eventually<T>(
	look: () => Promise<T | false | undefined>,
	seconds = 30,
): Promise<T> {
	const giveUpAt = Date.now() + seconds * 1000;
	while (Date.now() < giveUpAt) {
		const seen = await look();
		if (seen) return seen;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	throw new Error(`It did not happen within ${seconds} seconds.`);
}
