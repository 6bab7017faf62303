/**
 * Something outside the project went wrong (no network, a full disk, a missing program). The message is the one
 * sentence that a person needs: what happened and what to do. Shown without a stack.
 */
export class Trouble extends Error {}

/** What npm prints when something outside the project stopped it, and what to tell the person. */
const NPM_TROUBLES = [
	[
		/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED|FETCH_ERROR/,
		'The npm registry could not be reached: check the network (or the proxy in your npm configuration) and run the command again.',
	],
	[/ENOSPC/, 'The disk is full: free some space and run the command again.'],
	[/EACCES|EPERM|EROFS/, 'npm was not allowed to write its files: check who owns the folder.'],
	[
		/E404|ETARGET/,
		'The npm registry that this machine uses does not have a package that is needed.',
	],
	[
		/gyp ERR|not found: make|No such file or directory: 'g\+\+'/,
		'SQLite could not be compiled for n8n: install python3, make and g++ and run the command again.',
	],
];

/**
 * The sentence for a failed npm run.
 *
 * @param {string} doing what npm was asked to do, as the beginning of a sentence: "Installing n8n failed"
 * @param {string} output everything that npm printed
 * @returns {Trouble}
 */
export function npmTrouble(doing, output) {
	const known = NPM_TROUBLES.find(([pattern]) => /** @type {RegExp} */ (pattern).test(output));
	const said = output
		.split('\n')
		.map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim())
		.find((line) => line && !/^(code|npm warn) /.test(line));
	return new Trouble(`${doing}. ${known ? known[1] : `npm said: ${said}`}`);
}

/**
 * Prints what went wrong: the sentence alone for a {@link Trouble}, with the stack for anything else.
 *
 * @param {unknown} error
 */
export function printTrouble(error) {
	console.error(`\n${error instanceof Trouble ? error.message : (error?.stack ?? error)}`);
}
