/** Locks that hold between processes; one that is killed leaves its lock behind for a minute at most. */
import { setTimeout as sleep } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { Trouble } from './trouble.mjs';

/** Generous: while npm unpacks on a slow machine, the holder may be late to say that it is still there. */
const STALE_MS = 60_000;

/**
 * Takes a lock, which ends with the process at the latest.
 *
 * @param {object} options
 * @param {string} options.file where the lock is kept; its folder must be there
 * @param {string} options.taken the sentence for a person when somebody else has it, and keeps it
 * @param {number} [options.waitSeconds] how long to wait for it
 * @param {() => void} [options.onWait] called every second of waiting
 * @returns {Promise<() => Promise<void>>} gives the lock back
 * @throws {Trouble} with `taken`
 */
export async function takeLock({ file, taken, waitSeconds = 0, onWait = () => {} }) {
	const giveUpAt = Date.now() + waitSeconds * 1000;
	for (;;) {
		try {
			return await lockfile.lock(file, { realpath: false, lockfilePath: file, stale: STALE_MS });
		} catch (error) {
			if (error.code !== 'ELOCKED') throw error;
			if (Date.now() >= giveUpAt) throw new Trouble(taken);
			onWait();
			await sleep(1000);
		}
	}
}
