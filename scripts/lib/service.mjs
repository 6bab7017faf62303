/** Waits for the servers that are no n8n. */
import { execa } from 'execa';
import { setTimeout as sleep } from 'node:timers/promises';
import { kill } from './processes.mjs';
import { Trouble } from './trouble.mjs';

const SECONDS_TO_START = 60;

/**
 * Asks the server's own client until it says that the server can be used.
 *
 * @param {string} name of the server, for a person
 * @param {import('execa').ResultPromise} child the server
 * @param {string[]} question the client's command
 * @param {import('execa').Options} options of that
 * @param {string} [answer] what it must say; its exit code is enough if not given
 * @throws {Trouble} when the server has ended, or is not up in time
 */
export async function untilUp(name, child, [client, ...args], options, answer) {
	const giveUpAt = Date.now() + SECONDS_TO_START * 1000;
	const isUp = async () => {
		const { exitCode, stdout } = await execa(client, args, { ...options, reject: false });
		return exitCode === 0 && (answer === undefined || stdout === answer);
	};
	while (!(await isUp())) {
		const inTime = Date.now() < giveUpAt;
		if (inTime && child.exitCode === null && child.signalCode === null) {
			await sleep(100);
			continue;
		}
		if (child.pid) await kill(child.pid);
		const what = inTime
			? 'ended while it was starting'
			: `was not up after ${SECONDS_TO_START} seconds`;
		throw new Trouble(`${name} ${what}.`);
	}
}
