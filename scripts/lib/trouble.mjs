/**
 * A problem outside the project, such as no network, a full disk or a missing program. The message
 * says what happened and what to do. It is printed without a stack.
 */
export class Trouble extends Error {}

/**
 * Prints an error: only the message of a {@link Trouble}, the whole stack of anything else.
 *
 * @param {unknown} error
 */
export function printTrouble(error) {
	console.error(`\n${error instanceof Trouble ? error.message : (error?.stack ?? error)}`);
}
