import { describe, expect, test } from '@jest/globals';
import axios from 'axios';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { eventually } from './support/simulator.mts';

function startCli(...args: string[]) {
	const process_ = spawn(process.execPath, ['--import', 'tsx', 'simulator/cli.mts', ...args]);
	const printed = { out: '', err: '' };
	process_.stdout.on('data', (chunk) => (printed.out += chunk));
	process_.stderr.on('data', (chunk) => (printed.err += chunk));
	return { process: process_, printed };
}

describe('the command line', () => {
	test('prints address and key, serves, and ends cleanly on Ctrl-C', async () => {
		const { process, printed } = startCli('--api-key', 'my-key', '--slots', '3');
		const url = await eventually(() => printed.out.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0]);
		await eventually(() => printed.out.includes('my-key'));
		const { data } = await axios.get(`${url}/midjourney/v1/info`, {
			headers: { 'TT-API-KEY': 'my-key' },
			proxy: false,
		});
		expect(data.data.max_queue).toBe(3);
		process.kill('SIGINT');
		const [code] = await once(process, 'exit');
		expect(code).toBe(0);
		expect(printed.err).toBe('');
	}, 60_000);

	test('says in one sentence that its port is taken', async () => {
		const other = createServer();
		await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
		const { port } = other.address() as { port: number };
		const { process, printed } = startCli('--port', String(port));
		const [code] = await once(process, 'exit');
		await new Promise((resolve) => other.close(resolve));
		expect(code).toBe(1);
		expect(printed.err.trim()).toMatch(/^Port \d+ is taken[^\n]*\.$/);
	}, 60_000);
});
