/**
 * Loaded into an n8n by `NODE_OPTIONS=--import <this file>`: answers on a port of its own what a benchmark asks of the process
 * (see host.mts).
 */
import { createServer } from 'node:http';
import { Session } from 'node:inspector/promises';
import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export const PROBE_PORT = 'BENCH_PROBE_PORT';

const port = Number(process.env[PROBE_PORT]);

// n8n's task runner is started with the same options and is none of our business.
if (port && process.argv.at(-1) === 'start') {
	setFlagsFromString('--expose-gc');
	const collectGarbage = runInNewContext('gc');
	const session = new Session();
	session.connect();

	const answers = {
		/** Bytes in use after all garbage was collected; what finalizers free goes with the second one. */
		'/memory': async () => {
			collectGarbage();
			await new Promise((resolve) => setImmediate(resolve));
			collectGarbage();
			return process.memoryUsage();
		},
		/** Microseconds of processor time so far, of all threads. */
		'/cpu': async () => process.cpuUsage(),
		'/profile/start': async () => {
			await session.post('Profiler.enable');
			await session.post('Profiler.setSamplingInterval', { interval: 500 });
			await session.post('Profiler.start');
			return {};
		},
		'/profile/stop': async (file) => {
			const { profile } = await session.post('Profiler.stop');
			writeFileSync(file, JSON.stringify(profile));
			return {};
		},
	};
	const server = createServer(async (request, response) => {
		const url = new URL(String(request.url), 'http://127.0.0.1');
		try {
			const answer = await answers[url.pathname](url.searchParams.get('file'));
			response.end(JSON.stringify(answer));
		} catch (error) {
			response.writeHead(500).end(String(error));
		}
	});
	// A profile may only be fetched while n8n lives.
	server.listen(port, '127.0.0.1').unref();
}
