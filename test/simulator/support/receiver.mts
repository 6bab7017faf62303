import { afterEach } from '@jest/globals';
import express from 'express';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const open: Server[] = [];

afterEach(() => {
	for (const server of open.splice(0)) {
		server.closeAllConnections();
		server.close();
	}
});

export interface Receiver {
	hookUrl: string;
	bodies: any[];
	queries: any[];
}

/**
 * A place that takes callbacks. Answers with `statuses` one after another (null: not at all), then with 200; an
 * `onCallback` that takes its time delays the answer.
 */
export async function openReceiver(
	statuses: Array<number | null> = [],
	onCallback: () => void = () => {},
): Promise<Receiver> {
	const receiver: Receiver = { hookUrl: '', bodies: [], queries: [] };
	const app = express();
	app.post('/hook', express.json(), (request, response) => {
		receiver.bodies.push(request.body);
		receiver.queries.push(request.query);
		onCallback();
		const [status = 200] = statuses.splice(0, 1);
		if (status !== null) response.sendStatus(status);
	});
	const server = await new Promise<Server>((resolve) => {
		const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
	});
	open.push(server);
	receiver.hookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
	return receiver;
}
