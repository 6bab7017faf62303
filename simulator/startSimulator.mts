import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { endpoints } from './endpoints/index.mts';
import { gridFor } from './endpoints/imagine.mts';
import { clipSeconds } from './endpoints/videoSubmit.mts';
import type { Fault } from './faults/fault.mts';
import { actions, componentsOf } from './jobs/actions.mts';
import type { EndStatus, JobPlan } from './jobs/job.mts';
import { settle, type SimulatorOptions } from './options.mts';
import { createApp } from './server/app.mts';
import { recordOf, stateOf, type JobRecord, type SimulatorState } from './state.mts';
import { Ttapi } from './ttapi.mts';

export type { Spelling } from './dialect.mts';
export type { Fault } from './faults/fault.mts';
export type { SimulatorOptions } from './options.mts';
export type { JobRecord, SimulatorState } from './state.mts';

export interface FinishedJob {
	jobId: string;
	/** Default `a cute cat`. */
	prompt?: string;
	/** Whether the job is a single upscaled image instead of a grid. Default false. */
	upscaled?: boolean;
	/** How many videos it has made instead of images. Default 0. */
	videos?: number;
}

export interface Simulator {
	/** For example `http://127.0.0.1:41234`. Use it as a client's base URL for TTAPI. */
	readonly url: string;
	readonly apiKey: string;
	/** A copy of everything that has happened so far. */
	state(): SimulatorState;
	/** Makes something go wrong. Throws if the fault is not valid. */
	addFault(fault: Fault): void;
	clearFaults(): void;
	/** Adds a job that is already finished, with an ID of your choice. */
	addFinishedJob(job: FinishedJob): JobRecord;
	/** Finishes a job now. Throws if there is no unfinished job with this ID. */
	finishJob(jobId: string, status: EndStatus, message?: string): void;
	/** Goes back to the start: no jobs, no faults, nothing recorded, the initial balance. */
	reset(): void;
	/** Stops everything, timers and connections included. */
	close(): Promise<void>;
}

/**
 * Starts a simulated TTAPI on 127.0.0.1.
 *
 * @throws Error with a message of one sentence if the port is not available
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
	const settings = settle(options);
	const ttapi = new Ttapi(settings, endpoints);
	const server = createServer(createApp(ttapi));
	ttapi.url = await listen(server, settings.port);

	return {
		url: ttapi.url,
		apiKey: settings.apiKey,
		state: () => stateOf(ttapi),
		addFault: (fault) => ttapi.faults.add(fault),
		clearFaults: () => ttapi.faults.clear(),
		addFinishedJob: (job) => addFinishedJob(job, ttapi),
		finishJob(jobId, status, message = '') {
			const job = ttapi.jobs.get(jobId);
			if (!job || job.end) throw new Error(`There is no unfinished job ${jobId}.`);
			void ttapi.endJob(job, { status, message });
		},
		reset: () => ttapi.reset(),
		async close() {
			ttapi.closing.abort();
			const closed = new Promise((resolve) => server.close(resolve));
			server.closeAllConnections();
			await closed;
			ttapi.reset();
		},
	};
}

async function listen(server: Server, port: number): Promise<string> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) => {
			const isTaken = error.code === 'EADDRINUSE';
			const reason = isTaken ? 'taken: choose another one' : `not available: ${error.code}`;
			reject(new Error(`Port ${port} is ${reason}.`));
		});
		server.listen(port, '127.0.0.1', resolve);
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function addFinishedJob(finished: FinishedJob, ttapi: Ttapi): JobRecord {
	const { jobId, prompt = 'a cute cat', upscaled = false, videos = 0 } = finished;
	const grid = gridFor(prompt, ttapi.seedFor(`imagine ${prompt}`));
	const picture = upscaled ? actions.upsample1(grid, '') : grid;
	const common = { prompt, mode: 'fast', timeout: 300, hookUrl: '', getUImages: true } as const;
	const image: JobPlan = {
		...common,
		action: upscaled ? 'upsample1' : 'imagine',
		picture,
		components: componentsOf(picture),
	};
	const video: JobPlan = {
		...common,
		family: 'video',
		action: 'video',
		picture: null,
		video: { count: videos, resolution: 'sd', seconds: clipSeconds, imageUrl: '' },
		components: [],
	};
	if (videos > 0) return recordOf(ttapi.jobs.addFinished(jobId, 'videoSubmit', video), ttapi);
	const endpoint = upscaled ? 'action' : 'imagine';
	return recordOf(ttapi.jobs.addFinished(jobId, endpoint, image), ttapi);
}
