import { afterEach, jest } from '@jest/globals';
import axios, { type AxiosInstance } from 'axios';
import {
	startSimulator,
	type Simulator,
	type SimulatorOptions,
} from '../../../simulator/startSimulator.mts';

// The machines that run this are busy.
jest.setTimeout(60_000);

const open: Simulator[] = [];

afterEach(async () => {
	await Promise.all(open.splice(0).map((simulator) => simulator.close()));
});

/** A simulator with quick jobs and small pictures, closed after the test. */
export async function openSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
	const simulator = await startSimulator({
		jobMs: 20,
		pictureSize: 64,
		callbackRetryMs: 10,
		...options,
	});
	open.push(simulator);
	return simulator;
}

/** An axios that sends the simulator's key, follows no redirect and throws on no status. */
export function clientOf(simulator: Simulator): AxiosInstance {
	return axios.create({
		baseURL: simulator.url,
		headers: { 'TT-API-KEY': simulator.apiKey },
		validateStatus: () => true,
		maxRedirects: 0,
		proxy: false,
		timeout: 20_000,
	});
}

/** Looks again and again (at most some 20 s) until `look` gives something. */
export async function eventually<T>(
	look: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
	const deadline = Date.now() + 20_000;
	while (Date.now() < deadline) {
		const seen = await look();
		if (seen !== undefined) return seen;
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
	throw new Error('It never happened.');
}

/** The address of an endpoint: `imagine` stands for that of `/midjourney/v1`. */
const pathOf = (endpoint: string) =>
	endpoint.startsWith('/') ? endpoint : `/midjourney/v1/${endpoint}`;

/** Where the jobs of an endpoint are fetched. */
const fetchPathOf = (endpoint: string) =>
	`${pathOf(endpoint).split('/').slice(0, 3).join('/')}/fetch`;

/** Posts to an endpoint and gives back the job id of the receipt. */
export async function submit(
	simulator: Simulator,
	endpoint: string,
	body: object,
): Promise<string> {
	const { status, data } = await clientOf(simulator).post(pathOf(endpoint), body);
	if (status !== 200 || data.status !== 'SUCCESS') {
		throw new Error(`${endpoint} was refused: ${status} ${JSON.stringify(data)}`);
	}
	return data.data.jobId ?? data.data.job_id;
}

/** What the fetch of an endpoint's jobs says about one right now. */
export async function fetchJob(simulator: Simulator, jobId: string, endpoint = 'imagine') {
	return (await clientOf(simulator).get(fetchPathOf(endpoint), { params: { jobId } })).data;
}

/** The same once the job has ended. */
export async function endOf(simulator: Simulator, jobId: string, endpoint?: string) {
	return await eventually(async () => {
		const answer = await fetchJob(simulator, jobId, endpoint);
		return ['SUCCESS', 'FAILED'].includes(answer.status) ? answer : undefined;
	});
}

/** Submits and waits for the end: the whole answer of fetch. */
export async function run(simulator: Simulator, endpoint: string, body: object) {
	return await endOf(simulator, await submit(simulator, endpoint, body), endpoint);
}

/** An upscaled single image and everything fetch says about it. */
export async function upscaled(simulator: Simulator, prompt = 'a lighthouse') {
	const grid = await run(simulator, 'imagine', { prompt });
	return await run(simulator, 'action', { jobId: grid.jobId, action: 'upsample1' });
}
