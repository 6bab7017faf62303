import { startSharedN8n, stopSharedN8n } from './sharedN8n.mjs';

export default async function globalSetup() {
	try {
		await startSharedN8n();
	} catch (error) {
		// Jest ends right here, without its reporters and without the teardown.
		await stopSharedN8n();
		process.once('exit', () => console.log('0 passed, 1 failed'));
		throw error;
	}
}
