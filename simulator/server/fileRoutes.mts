import type { Express, Request } from 'express';
import type { Job } from '../jobs/job.mts';
import { videoOf } from '../pictures/video.mts';
import type { Ttapi } from '../ttapi.mts';
import { answerWithFaults, redirected, sendJson } from './exchange.mts';
import { sendBadly } from './sendBadly.mts';

/** A type of file that jobs make. */
interface Files {
	/** Name of the downloads in faults and the request log. */
	endpoint: 'picture' | 'video';
	paths: string[];
	type: string;
	find(job: Job, part: string, ttapi: Ttapi): Promise<Buffer> | Buffer | undefined;
}

const kinds: Files[] = [
	{
		endpoint: 'picture',
		paths: ['/pictures/:jobId.png', '/pictures/:jobId/:part.png'],
		type: 'png',
		find: (job, part, { pictures }) => pictures.get(job, part),
	},
	{
		endpoint: 'video',
		paths: ['/videos/:jobId/:part.mp4'],
		type: 'video/mp4',
		find: (job, part) => videoOf(job, part),
	},
];

/** Adds the pictures and videos. They need no key and have their own faults. */
export function addFileRoutes(app: Express, ttapi: Ttapi): void {
	for (const files of kinds) {
		addRoutes(app, ttapi, files);
		addOwnRoutes(app, ttapi, files);
	}
	// Midjourney's host refuses everybody but Midjourney's own website.
	app.get('/cdn.midjourney.com/:jobId/:name.png', (_request, response) => {
		Object.assign(response.locals.record, { endpoint: 'picture', status: 403 });
		response.status(403).type('html').send('<!doctype html><title>Forbidden</title>');
	});
}

function addRoutes(app: Express, ttapi: Ttapi, files: Files): void {
	const { endpoint, paths, type } = files;
	app.get(paths, async (request, response) => {
		const exchange = { request, response, record: response.locals.record };
		exchange.record.endpoint = endpoint;
		const job = jobOf(request, ttapi);
		const subject = {
			endpoint,
			prompt: job?.prompt ?? '',
			redirected: redirected in request.query,
		};
		const { signal } = ttapi.closing;
		const faults = ttapi.faults.take('answer', subject);
		await answerWithFaults(faults, exchange, signal, async () => {
			const file = await find(request, ttapi, files);
			if (!file) {
				const missing = { status: 'FAILED', message: 'Not found.', data: null };
				return () => sendJson(exchange, 404, missing);
			}
			exchange.record.status = 200;
			const [fault] = ttapi.faults.take('picture', subject);
			response.type(type).set('Cache-Control', 'max-age=86400');
			if (!fault) return () => void response.send(file);
			return () => void sendBadly(fault, file, response, signal);
		});
	});
}

/** For the simulator's own page: not recorded, and without faults. */
function addOwnRoutes(app: Express, ttapi: Ttapi, files: Files): void {
	const paths = files.paths.map((path) => `/_simulator${path}`);
	app.get(paths, async (request, response) => {
		const file = await find(request, ttapi, files);
		if (file) response.type(files.type).set('Cache-Control', 'max-age=86400').send(file);
		else response.sendStatus(404);
	});
}

const jobOf = ({ params }: Request, ttapi: Ttapi) => ttapi.jobs.get(String(params.jobId));

async function find(request: Request, ttapi: Ttapi, files: Files): Promise<Buffer | undefined> {
	const job = jobOf(request, ttapi);
	return job && (await files.find(job, String(request.params.part ?? ''), ttapi));
}
