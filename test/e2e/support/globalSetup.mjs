import { startSharedN8n, stopSharedN8n } from './sharedN8n.mjs';

export default async function globalSetup() {
	try {
		await startSharedN8n();
	} catch (error) {
		// Jest ends right here, without the teardown.
		await stopSharedN8n();
		throw error;
	}
}
