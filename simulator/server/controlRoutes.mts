import type { Express, Response } from 'express';
import type { End } from '../jobs/job.mts';
import { stateOf } from '../state.mts';
import type { Ttapi } from '../ttapi.mts';
import { page } from './page.mts';

/** Adds the simulator's own routes, for people and for tests in another process. Not recorded. */
export function addControlRoutes(app: Express, ttapi: Ttapi): void {
	app.get('/', (_request, response) => {
		response.type('html').send(page(ttapi));
	});

	app.get('/_simulator/state', (_request, response) => {
		response.json(stateOf(ttapi));
	});

	app.post('/_simulator/reset', (_request, response) => {
		ttapi.reset();
		response.json(stateOf(ttapi));
	});

	app.post('/_simulator/faults', (request, response) => {
		try {
			ttapi.faults.addAll([request.body ?? null].flat());
			response.json(ttapi.faults.all());
		} catch (error) {
			refuse(response, 400, (error as Error).message);
		}
	});

	app.delete('/_simulator/faults', (_request, response) => {
		ttapi.faults.clear();
		response.json([]);
	});

	app.post('/_simulator/jobs/:jobId/finish', (request, response) => {
		const job = ttapi.jobs.get(request.params.jobId);
		const { status, message = '' } = (request.body ?? {}) as Partial<End>;
		if (!job) return refuse(response, 404, 'There is no such job.');
		if (job.end) return refuse(response, 400, 'The job has already finished.');
		if (status !== 'SUCCESS' && status !== 'FAILED') {
			return refuse(response, 400, 'The "status" must be SUCCESS or FAILED.');
		}
		void ttapi.endJob(job, { status, message: String(message) });
		response.json({ jobId: job.jobId, status, message });
	});
}

function refuse(response: Response, status: number, message: string): void {
	response.status(status).json({ status: 'FAILED', message, data: null });
}
