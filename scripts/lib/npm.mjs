/** How npm is called here, and what its failures mean. Uses no package: it is needed before there are any. */
import { Trouble } from './trouble.mjs';

/**
 * For every npm that is run here. The log level is set because an outer `npm run --silent` silences the inner npm too;
 * npm's own retries start at 10 s, which is long when there is no network at all.
 */
export const NPM_FLAGS = [
	'--no-audit',
	'--no-fund',
	'--no-update-notifier',
	'--loglevel=error',
	'--fetch-retries=3',
	'--fetch-retry-mintimeout=2000',
	'--fetch-retry-factor=3',
];

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
