/**
 * The simulator as the outside world, in n8n's engine and in virtual time: requests really go to 127.0.0.1, and the
 * time of jobs passes only when none is on its way.
 */
import { afterEach, beforeEach } from '@jest/globals';
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

import {
	startSimulator,
	type Simulator,
	type SimulatorOptions,
} from '../../../simulator/startSimulator.mts';
import { countAsBusy, useVirtualTime } from './virtualTime.mts';

const underWay = new Set<ClientRequest>();
subscribe('http.client.request.start', (message) => {
	const { request } = message as { request: ClientRequest };
	underWay.add(request);
	request.once('close', () => underWay.delete(request));
});
countAsBusy(() => underWay.size > 0);

const open: Simulator[] = [];

beforeEach(useVirtualTime);
afterEach(async () => {
	await Promise.all(open.splice(0).map((simulator) => simulator.close()));
});

/** A simulator with small pictures, closed after the test. */
export async function simulated(options: SimulatorOptions): Promise<Simulator> {
	const simulator = await startSimulator({ pictureSize: 64, ...options });
	open.push(simulator);
	return simulator;
}

/** The fields of a credential that points at it. */
export const credentialOf = ({ apiKey, url }: Simulator) => ({
	apiKey,
	baseUrl: 'custom',
	customBaseUrl: url,
});
