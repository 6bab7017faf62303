/** How we call npm, and what its errors mean. Uses no package, because none may be installed yet. */
import { Trouble } from './trouble.mjs';

/**
 * For every npm command. The log level is set because an outer `npm run --silent` would also silence
 * the inner npm. npm's own retries start at 10 s, which is long if there is no network.
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

/** What npm prints about problems outside the project, and what we say instead. */
const NPM_TROUBLES = [
	[
		/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED|FETCH_ERROR/,
		'The npm registry could not be reached: check the network (or the proxy in your npm configuration) and run the command again.',
	],
	[/ENOSPC/, 'The disk is full: free some space and run the command again.'],
	[/EACCES|EPERM|EROFS/, 'npm was not allowed to write its files: check who owns the folder.'],
	[/E404|ETARGET/, 'Your npm registry does not have a required package.'],
	[
		/gyp ERR|not found: make|No such file or directory: 'g\+\+'/,
		'SQLite could not be compiled for n8n: install python3, make and g++ and run the command again.',
	],
];

/**
 * The error for a failed npm command.
 *
 * @param {string} failure what failed, such as "Installing n8n failed"
 * @param {string} output everything that npm printed
 * @returns {Trouble}
 */
export function npmTrouble(failure, output) {
	const known = NPM_TROUBLES.find(([pattern]) => /** @type {RegExp} */ (pattern).test(output));
	const said = output
		.split('\n')
		.map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim())
		.find((line) => line && !/^(code|npm warn) /.test(line));
	return new Trouble(`${failure}. ${known ? known[1] : `npm said: ${said}`}`);
}
