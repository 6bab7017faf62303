import { stop } from './globalSetup.mjs';

export default async function globalTeardown() {
	await stop();
}
