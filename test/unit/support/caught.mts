/** The error that `work` ends with, as the type that it has to be. */
export async function caught<T extends Error>(
	work: Promise<unknown> | (() => unknown),
	type: abstract new (...parameters: never[]) => T,
): Promise<T> {
	try {
		await (typeof work === 'function' ? work() : work);
	} catch (error) {
		if (error instanceof type) return error;
		throw error;
	}
	throw new Error(`No ${type.name} was thrown`);
}
