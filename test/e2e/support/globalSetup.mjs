import { ADDRESS, startSharedN8n } from './sharedN8n.mjs';

/** Stops what was started here. `npm test` starts one n8n for several runs of jest, and stops it by itself. */
export let stop = async () => {};

export default async function globalSetup() {
	if (!process.env[ADDRESS]) stop = await startSharedN8n();
}
