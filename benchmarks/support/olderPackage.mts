/** 0.1.0, the version before one line for an account: what a user of it would have had. */
import { execa } from 'execa';
import { access, copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cacheFolder } from '../../scripts/n8n/install.mjs';
import { npm, packCheckout, ROOT } from '../../scripts/n8n/pack.mjs';

/** The last commit of 0.1.0. */
const COMMIT = '3de63cd631884a3421a1188ac7081ad26d051673';

/** For the page, where it is missing. */
export const UNLESS_OLDER = 'as the history that was there does not have 0.1.0';

/**
 * Packs it once, from the history; fetches its commit where the clone is shallow.
 * @returns the path of the package; undefined where the commit cannot be had
 */
export async function olderPackage(report: (text: string) => void): Promise<string | undefined> {
	const packed = path.join(cacheFolder(), `n8n-nodes-ttapi-0.1.0-${COMMIT.slice(0, 7)}.tgz`);
	if (await isThere(packed)) return packed;
	if (!(await git('cat-file', '-e', `${COMMIT}^{commit}`))) {
		if (!(await git('fetch', '--depth', '1', 'origin', COMMIT))) {
			report('0.1.0 is left out: its commit cannot be had');
			return undefined;
		}
	}
	report('Packing 0.1.0, once');
	const folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-ttapi-0.1.0-'));
	const checkout = path.join(folder, 'checkout');
	try {
		await git('worktree', 'add', '--detach', checkout, COMMIT);
		await npm(checkout, ['ci'], 'Installing the development packages of 0.1.0 failed');
		await mkdir(cacheFolder(), { recursive: true });
		const partial = await packCheckout(checkout, folder);
		await copyFile(partial, `${packed}.partial`);
		await rename(`${packed}.partial`, packed);
		return packed;
	} finally {
		await git('worktree', 'remove', '--force', checkout);
		await rm(folder, { recursive: true, force: true });
	}
}

/** @returns whether it went well */
const git = async (...args: string[]): Promise<boolean> =>
	!(await execa('git', args, { cwd: ROOT, reject: false })).failed;

const isThere = async (file: string): Promise<boolean> =>
	await access(file).then(
		() => true,
		() => false,
	);
