import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import { resume } from '../../../nodes/TtapiMidjourney/pausing/resume.ts';
import type { Pause } from '../../../nodes/TtapiMidjourney/pausing/pause.ts';
import { doneBody, failedBody, waitingBody } from './bodies.mts';
import { apiAnswer, type Http } from './fakeHttp.mts';
import { askedFor, fakeWebhook, untilDone, type FakeCall } from './fakeWebhook.mts';

/** How TTAPI answers when it is asked for a job: with a state, an HTTP status, or no answer at all. */
export type Look = 'SUCCESS' | 'FAILED' | 'ON_QUEUE' | number | Error | IDataObject;

/** Answers each job's looks one after another; the last one stays. */
export function ttapi(looks: Record<string, Look | Look[]>): Http {
	const made = new Map<string, number>();
	return (request: IHttpRequestOptions) => {
		const [jobId] = askedFor([request]);
		const nth = made.get(jobId) ?? 0;
		made.set(jobId, nth + 1);
		const given = looks[jobId] ?? 404;
		return answerOf(Array.isArray(given) ? given[Math.min(nth, given.length - 1)] : given, jobId);
	};
}

function answerOf(look: Look, jobId: string): unknown {
	if (look instanceof Error) throw look;
	if (typeof look === 'number') return apiAnswer(look, { status: 'FAILED', message: 'no' });
	if (look === 'SUCCESS') return apiAnswer(200, doneBody({ jobId }, { jobId }));
	if (look === 'FAILED') return apiAnswer(200, failedBody('Job Timeout', jobId));
	if (look === 'ON_QUEUE')
		return apiAnswer(200, { ...waitingBody(jobId), status: 'ON_QUEUE', data: { progress: '100' } });
	return apiAnswer(200, look);
}

/** What the callback for a job says; nothing of it but the id counts. */
export const callbackFor = (jobId: string): IDataObject => doneBody({ jobId }, { jobId }) as never;

/** The execution as n8n gives it to `webhook()`. */
export const pausedRun = (name = 'TTAPI Midjourney') => ({
	executionData: { nodeExecutionStack: [{ node: { name, disabled: true } }] },
	resultData: { lastNodeExecuted: name, runData: {} } as IDataObject & { error?: Error },
});

const RESUME_URL = 'https://n8n.example.com/webhook-waiting/1?signature=resume-token';

/** How TTAPI answers by now, by the ID of the pause: the process looks at its jobs through the call that came first. */
const worlds = new Map<string, { api: Http; asked: string[] }>();

/** A callback to the resume URL of a paused execution, dealt with to its end. */
export async function callBack(
	pause: Pause | undefined,
	looks: Record<string, Look | Look[]>,
	given: FakeCall = {},
) {
	const run = pausedRun(given.node?.name);
	const asked: string[] = [];
	const id = String(pause?.id);
	const { api = ttapi(looks) } = given;
	worlds.set(id, { api, asked });
	const fake = fakeWebhook({
		evaluate: (expression) => (expression.includes('resumeUrl') ? RESUME_URL : { pause }),
		runExecutionData: run,
		...given,
		api: (request) => {
			const world = worlds.get(id)!;
			world.asked.push(...askedFor([request]));
			return world.api(request);
		},
	});
	const began = Date.now();
	const result = await untilDone(resume.call(fake.context));
	const { response } = fake;
	return {
		...fake,
		result,
		run,
		/** The items that the workflow goes on with; undefined where it keeps waiting. */
		items: result.workflowData?.[0],
		/** What the node itself answered; undefined where it is left to n8n. */
		answered: response.headersSent ? response.statusCode : undefined,
		/** When it was answered, in ms after it came. */
		answeredMs: response.answeredAt && response.answeredAt - began,
		asked,
		tookMs: Date.now() - began,
	};
}
