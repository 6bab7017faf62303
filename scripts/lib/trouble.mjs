/**
 * Something outside the project went wrong (no network, a full disk, a missing program). The message is the one
 * sentence that a person needs: what happened and what to do. Shown without a stack.
 */
export class Trouble extends Error {}

/**
 * Prints what went wrong: the sentence alone for a {@link Trouble}, with the stack for anything else.
 *
 * @param {unknown} error
 */
export function printTrouble(error) {
	console.error(`\n${error instanceof Trouble ? error.message : (error?.stack ?? error)}`);
}
