/** Locks between processes. If the holder is killed, its lock expires within a minute. */
import { setTimeout as sleep } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { Trouble } from './trouble.mjs';

/** Generous, because on a slow machine the holder may renew its lock late while npm unpacks. */
const STALE_MS = 60_000;

/**
 * Takes a lock. It is released when the process exits, at the latest.
 *
 * @param {object} options
 * @param {string} options.file path of the lock; its folder must exist
 * @param {string} options.taken message if another process keeps the lock
 * @param {number} [options.waitSeconds] how long to wait for it
 * @param {() => void} [options.onWait] called every second while waiting
 * @returns {Promise<() => Promise<void>>} releases the lock
 * @throws {Trouble} with `taken`
 */
export async function takeLock({ file, taken, waitSeconds = 0, onWait = () => {} }) {
	const deadline = Date.now() + waitSeconds * 1000;
	for (;;) {
		try {
			return await lockfile.lock(file, { realpath: false, lockfilePath: file, stale: STALE_MS });
		} catch (error) {
			if (error.code !== 'ELOCKED') throw error;
			if (Date.now() >= deadline) throw new Trouble(taken);
			onWait();
			await sleep(1000);
		}
	}
}
