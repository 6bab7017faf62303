import express, { type ErrorRequestHandler, type Express } from 'express';
import { shortenPictures } from '../requests/requestLog.mts';
import type { Ttapi } from '../ttapi.mts';
import { addApiRoutes } from './apiRoutes.mts';
import { addControlRoutes } from './controlRoutes.mts';
import { addFileRoutes } from './fileRoutes.mts';

// TTAPI's older docs also write it "application-json".
const isJson = (type: string | undefined) => /^application[/-]json\b/.test(type ?? '');

/** The HTTP server: the API, the pictures and videos, and the simulator's own routes. */
export function createApp(ttapi: Ttapi): Express {
	const app = express();
	app.disable('x-powered-by');
	app.disable('etag');
	app.enable('case sensitive routing');
	app.enable('strict routing');

	app.use((_request, response, next) => {
		const now = Date.now() + ttapi.settings.clockOffsetMs;
		response.set('Date', new Date(now).toUTCString());
		next();
	});
	app.use((request, response, next) => {
		const isOwn = request.path === '/' || request.path.startsWith('/_simulator/');
		if (!isOwn) response.locals.record = ttapi.requests.add(request);
		next();
	});
	app.use(
		express.json({ limit: '100mb', type: (request) => isJson(request.headers['content-type']) }),
	);
	app.use((request, response, next) => {
		const { record } = response.locals;
		if (record) record.body = shortenPictures(request.body ?? null);
		next();
	});

	addControlRoutes(app, ttapi);
	addApiRoutes(app, ttapi);
	addFileRoutes(app, ttapi);
	app.use((_request, response) => {
		if (response.locals.record) response.locals.record.status = 404;
		response.status(404).json({ status: 'FAILED', message: 'Not found.', data: null });
	});
	app.use(answerError(ttapi));
	return app;
}

/** Answers unreadable bodies, whose errors carry a status, and bugs of the simulator. */
const answerError =
	({ closing }: Ttapi): ErrorRequestHandler =>
	(error: Error & { status?: number }, _request, response, _next) => {
		if (closing.signal.aborted) return;
		const status = error.status ?? 500;
		if (response.locals.record) response.locals.record.status = status;
		response.status(status).json({ status: 'FAILED', message: error.message, data: null });
	};
