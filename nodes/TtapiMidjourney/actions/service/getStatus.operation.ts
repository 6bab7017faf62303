import type { IDataObject } from 'n8n-workflow';

import { isRecord } from '../../jobs/json';
import { withRetries, read, type Envelope } from '../../transport/read';
import { refusalError } from '../../transport/refusals';
import type { Operation } from '../../run/operation';

/** GET /midjourney/status (docs/ttapi.md, Endpoints): which modes work, and how long they take. Free. */
export const getStatus: Operation = {
	name: 'Get Status',
	action: 'Get the status of the service',
	description: 'See which modes are available, and how long their jobs take. Free.',
	returns: 'Returns for each mode "available" and "averageExecute" in seconds.',
	parameters: [],

	prepare(_item, { client, clock }) {
		const request = { method: 'GET', path: '/midjourney/status' } as const;
		return {
			kind: 'question',
			ask: async () =>
				modes(
					await withRetries(
						clock,
						async () => await read(client, request, 'the status of its service'),
					),
				),
		};
	},
};

/** One item a mode. */
function modes(envelope: Envelope): IDataObject[] {
	const { data } = envelope.body;
	if (envelope.httpStatus >= 300 || !isRecord(data)) throw refusalError(envelope);
	return Object.entries(data).map(([mode, state]) => {
		const { status, runningMessage, averageExecute } = isRecord(state) ? state : {};
		return {
			mode,
			available: status === 200,
			message: typeof runningMessage === 'string' ? runningMessage : '',
			// In seconds.
			averageExecute: typeof averageExecute === 'number' ? averageExecute : null,
		};
	});
}
