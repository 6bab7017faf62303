/** Pictures that rows move: where they are, and whether they arrived. */
import axios from 'axios';
import { createHash } from 'node:crypto';
import type { N8nClient } from '../../scripts/n8n/client.mjs';
import type { Simulator } from '../../simulator/startSimulator.mts';
import { requireDone } from './benchmark.mts';

/** What decimal megabytes are in: all sizes in these rows. */
export const MB = 1e6;

/** The four pictures of a job that has ended before. */
export function endedJob(simulator: Simulator, jobId: string): string[] {
	simulator.addFinishedJob({ jobId, prompt: `a lighthouse, ${jobId}` });
	return ['tl', 'tr', 'bl', 'br'].map((part) => `${simulator.url}/pictures/${jobId}/${part}.png`);
}

/** What the simulator serves at an address. */
export async function served(address: string): Promise<Buffer> {
	const { data } = await axios.get(address, { responseType: 'arraybuffer', proxy: false });
	return Buffer.from(data);
}

export const sha256 = (bytes: Buffer | string): string =>
	createHash('sha256').update(bytes).digest('hex');

/** A file that n8n holds, and the address that it was downloaded from. */
export interface Downloaded {
	binary: { id?: string; data?: string } | undefined;
	address: string;
}

/** Throws unless n8n holds each file with the very bytes of its address. @param bytes how long each is */
export async function requireDownloaded(
	client: N8nClient,
	files: Downloaded[],
	bytes: number,
): Promise<void> {
	for (const { binary, address } of files) {
		requireDone(binary !== undefined, `there is no file of ${address}`);
		const [is, wanted] = [await client.downloadBinary(binary), await served(address)];
		requireDone(wanted.length === bytes, `${address} has ${wanted.length} bytes`);
		requireDone(sha256(is) === sha256(wanted), `the file of ${address} is another one`);
	}
	const different = new Set(files.map(({ address }) => address)).size;
	requireDone(different === files.length, `only ${different} files are different`);
}
