/** Waits for PostgreSQL and Redis. */
import { execa } from 'execa';
import { setTimeout as sleep } from 'node:timers/promises';
import { kill } from './processes.mjs';
import { Trouble } from './trouble.mjs';

const SECONDS_TO_START = 60;

/**
 * Runs the server's own client until it says that the server is ready.
 *
 * @param {string} name of the server, for the message
 * @param {import('execa').ResultPromise} child the server
 * @param {string[]} check the client's command
 * @param {import('execa').Options} options for the client
 * @param {string} [answer] what the client must print; by default, exit code 0 is enough
 * @throws {Trouble} if the server exits, or is not ready in time
 */
export async function untilUp(name, child, [client, ...args], options, answer) {
	const deadline = Date.now() + SECONDS_TO_START * 1000;
	const isUp = async () => {
		const { exitCode, stdout } = await execa(client, args, { ...options, reject: false });
		return exitCode === 0 && (answer === undefined || stdout === answer);
	};
	while (!(await isUp())) {
		const inTime = Date.now() < deadline;
		if (inTime && child.exitCode === null && child.signalCode === null) {
			await sleep(100);
			continue;
		}
		if (child.pid) await kill(child.pid);
		const what = inTime
			? 'exited while it was starting'
			: `was not ready after ${SECONDS_TO_START} seconds`;
		throw new Trouble(`${name} ${what}.`);
	}
}
