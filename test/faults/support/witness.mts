/** Notes what the workflows of a test tell it, and when. */
import { afterAll } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Step } from '../../workflow.mts';

export interface Note {
	said: string;
	/** Milliseconds since 1970. */
	at: number;
}

export interface Witness {
	/** A node that tells something of each of its items. @param expression n8n's, such as `$json.jobId` */
	step(name: string, expression: string): Step;
	/** What the nodes of this name have told so far. */
	notes(name: string): Note[];
	/** Does something as soon as a node of this name tells something. */
	on(name: string, react: (note: Note) => void): void;
}

export async function startWitness(): Promise<Witness> {
	const notes = new Map<string, Note[]>();
	const events = new EventEmitter();
	const server = createServer((request, response) => {
		const { pathname, searchParams } = new URL(String(request.url), 'http://127.0.0.1');
		const name = decodeURIComponent(pathname.slice(1));
		const note = { said: searchParams.get('said') ?? '', at: Date.now() };
		notes.set(name, [...(notes.get(name) ?? []), note]);
		events.emit(name, note);
		response.setHeader('content-type', 'application/json').end('{"noted":true}');
	}).listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	afterAll(() => {
		server.closeAllConnections();
		server.close();
	});
	const { port } = server.address() as AddressInfo;
	return {
		step: (name, expression) => ({
			name,
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			parameters: {
				url: `=http://127.0.0.1:${port}/${encodeURIComponent(name)}?said={{ encodeURIComponent(${expression}) }}`,
				options: {},
			},
		}),
		notes: (name) => notes.get(name) ?? [],
		on: (name, react) => void events.on(name, react),
	};
}
