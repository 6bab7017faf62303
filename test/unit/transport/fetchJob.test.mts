import { describe, expect, test } from '@jest/globals';

import { TransientError, TtapiError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { fetchJob, fetchNewJob } from '../../../nodes/TtapiMidjourney/transport/fetchJob.ts';
import {
	doneBody,
	failedBody,
	JOB_ID,
	refusal,
	waitingBody,
	type Body,
} from '../support/bodies.mts';
import { caught } from '../support/caught.mts';
import { fakeClient, http, line } from '../support/fakeClient.mts';
import { FETCH } from '../../operations.mts';

const IMAGE = FETCH.image;
const EDIT = FETCH.edit;
const VIDEO = FETCH.video;

const UNKNOWN = http(404, refusal('job not found'));

/** A host that knows the job at one address only. */
const knownAt = (known: string, body: Body = doneBody()) =>
	fakeClient(({ path }) => (path === known ? http(200, body) : UNKNOWN));

describe('the state of a job', () => {
	test('is asked for by GET with the id in the query, and read in any dialect', async () => {
		const { client, requests } = fakeClient([http(200, doneBody())]);
		const { job, body } = await fetchJob(client, JOB_ID, 'image');
		expect(job).toMatchObject({ jobId: JOB_ID, status: 'SUCCESS', family: 'image' });
		expect(body).toEqual(doneBody());
		expect(requests).toMatchObject([{ method: 'GET', path: IMAGE, query: { jobId: JOB_ID } }]);
	});

	test('is a state also when it is FAILED, whatever the reason says', async () => {
		const body = failedBody('Unknown job: not found');
		const { job } = await fetchJob(fakeClient([http(200, body)]).client, JOB_ID, 'image');
		expect(job).toMatchObject({ status: 'FAILED', message: 'Unknown job: not found' });
	});

	test('keeps the id that was asked for where the answer holds none', async () => {
		const body = { ...waitingBody(), jobId: undefined };
		const { job } = await fetchJob(fakeClient([http(200, body)]).client, JOB_ID, 'image');
		expect(job.jobId).toBe(JOB_ID);
	});

	test.each([
		['without a known status', { status: 'SUCCESSFUL', data: {} }],
		['without any status', { message: 'success', data: {} }],
		['about another job', doneBody({ jobId: 'another' }, { jobId: 'another' })],
	])('cannot be told from an answer %s: it may be asked for again', async (how, body) => {
		const { client } = fakeClient([http(200, body)]);
		const error = await caught(fetchJob(client, JOB_ID, 'image'), TransientError);
		expect(error).toMatchObject({ jobId: JOB_ID, message: expect.stringContaining(JOB_ID) });
		expect(error.message).toContain(how.replace('any', 'a known'));
	});

	test.each(['success', 'Success'])('is read in any case: %s', async (status) => {
		const body = doneBody({}, { status });
		const { job } = await fetchJob(fakeClient([http(200, body)]).client, JOB_ID, 'image');
		expect(job.status).toBe('SUCCESS');
	});

	test('is of the same job where only the case of its id differs', async () => {
		const { client } = fakeClient([http(200, doneBody())]);
		await expect(fetchJob(client, JOB_ID.toUpperCase(), 'image')).resolves.toBeDefined();
	});

	test.each([401, 402, 403])('%i is final, and names the job', async (httpStatus) => {
		const { client, requests } = fakeClient([http(httpStatus, refusal('no'))]);
		const error = await caught(fetchJob(client, JOB_ID, 'auto'), TtapiError);
		expect(error).not.toBeInstanceOf(TransientError);
		expect(error).toMatchObject({ jobId: JOB_ID, httpStatus });
		expect(requests).toHaveLength(1);
	});

	test.each([429, 500, 502, 503, 504])('%i may be asked for again', async (httpStatus) => {
		const { client } = fakeClient([http(httpStatus, '<html>')]);
		const error = await caught(fetchJob(client, JOB_ID, 'auto'), TransientError);
		expect(error.jobId).toBe(JOB_ID);
	});

	test('a redirect is an error, not followed', async () => {
		const { client, requests } = fakeClient([http(302, '')]);
		await expect(fetchJob(client, JOB_ID, 'image')).rejects.toThrow(/redirect/);
		expect(requests).toHaveLength(1);
	});
});

describe('GET, then POST', () => {
	const takesOnly = (method: string, refusedWith: number) =>
		fakeClient((request) =>
			request.method === method ? http(200, doneBody()) : http(refusedWith, 'no such method'),
		);

	test.each([404, 405])('a host that answers GET with %i is asked by POST', async (refused) => {
		const { client, requests } = takesOnly('POST', refused);
		await expect(fetchJob(client, JOB_ID, 'image')).resolves.toBeDefined();
		expect(requests.map(line)).toEqual([`GET ${IMAGE}`, `POST ${IMAGE}`]);
		expect(requests[1]).toMatchObject({ body: { jobId: JOB_ID } });
		expect(requests[1].query).toBeUndefined();
	});

	test('what the host takes is remembered', async () => {
		const { client, requests } = takesOnly('POST', 405);
		await fetchJob(client, JOB_ID, 'image');
		await fetchJob(client, JOB_ID, 'image');
		expect(requests.map(line)).toEqual([`GET ${IMAGE}`, `POST ${IMAGE}`, `POST ${IMAGE}`]);
	});

	test('what hosts take is remembered of the last 100 addresses', async () => {
		const { client, requests } = takesOnly('POST', 405);
		const others = async (count: number) => {
			for (let n = 0; n < count; n++)
				await fetchJob(fakeClient([http(200, doneBody())]).client, JOB_ID, 'image');
			requests.length = 0;
			await fetchJob(client, JOB_ID, 'image');
			return requests.map(line);
		};
		await fetchJob(client, JOB_ID, 'image');
		expect(await others(99)).toEqual([`POST ${IMAGE}`]);
		expect(await others(100)).toEqual([`GET ${IMAGE}`, `POST ${IMAGE}`]);
	});

	test('what one host takes says nothing about another one', async () => {
		await fetchJob(takesOnly('POST', 405).client, JOB_ID, 'image');
		const { client, requests } = takesOnly('GET', 405);
		await fetchJob(client, JOB_ID, 'image');
		expect(requests.map(line)).toEqual([`GET ${IMAGE}`]);
	});

	test('what one address takes says nothing about the others of its host', async () => {
		const { client, requests } = fakeClient(({ method, path }) =>
			method === (path === EDIT ? 'POST' : 'GET') ? http(200, doneBody()) : UNKNOWN,
		);
		await fetchJob(client, JOB_ID, 'image');
		expect((await fetchJob(client, JOB_ID, 'edit')).job.family).toBe('edit');
		await fetchJob(client, JOB_ID, 'image');
		await fetchJob(client, JOB_ID, 'edit');
		expect(requests.map(line)).toEqual([
			...[`GET ${IMAGE}`, `GET ${EDIT}`, `POST ${EDIT}`],
			...[`GET ${IMAGE}`, `POST ${EDIT}`],
		]);
	});

	test('a host that changes its mind is asked the other way', async () => {
		let method = 'POST';
		const { client, requests } = fakeClient((request) =>
			request.method === method ? http(200, doneBody()) : http(405),
		);
		await fetchJob(client, JOB_ID, 'image');
		method = 'GET';
		await fetchJob(client, JOB_ID, 'image');
		expect(requests.at(-1)?.method).toBe('GET');
	});

	test('where GET is known to work, a 404 means that the job is unknown', async () => {
		const { client, requests } = fakeClient(({ query }) =>
			query?.jobId === JOB_ID ? http(200, doneBody()) : UNKNOWN,
		);
		await fetchJob(client, JOB_ID, 'image');
		await expect(fetchJob(client, 'another', 'image')).rejects.toThrow(/does not know the job/);
		expect(requests.map(line)).toEqual([`GET ${IMAGE}`, `GET ${IMAGE}`]);
	});

	test.each([401, 500])('POST is not tried after %i', async (httpStatus) => {
		const { client, requests } = fakeClient([http(httpStatus, {})]);
		await expect(fetchJob(client, JOB_ID, 'image')).rejects.toThrow();
		expect(requests.map(line)).toEqual([`GET ${IMAGE}`]);
	});

	test('a refused key on the second way is told as what it is', async () => {
		const { client } = fakeClient([http(404, {}), http(401, refusal('Wrong TT-API-KEY'))]);
		await expect(fetchJob(client, JOB_ID, 'image')).rejects.toThrow(/refused the API key/);
	});
});

describe('the families', () => {
	test.each([
		['image', IMAGE],
		['edit', EDIT],
		['video', VIDEO],
	] as const)('%s is asked for at %s', async (family, path) => {
		const { client, requests } = knownAt(path);
		const { job } = await fetchJob(client, JOB_ID, family);
		expect(job.family).toBe(family);
		expect(requests.map(line)).toEqual([`GET ${path}`]);
	});

	test.each([
		['an image', 'image', IMAGE],
		['an edit', 'edit', EDIT],
		['a video', 'video', VIDEO],
	])('auto finds %s', async (_, family, path) => {
		const { job } = await fetchJob(knownAt(path).client, JOB_ID, 'auto');
		expect(job.family).toBe(family);
	});

	test('auto asks for an image, then an edit, then a video', async () => {
		const { client, requests } = knownAt(VIDEO);
		await fetchJob(client, JOB_ID, 'auto');
		expect([...new Set(requests.map(({ path }) => path))]).toEqual([IMAGE, EDIT, VIDEO]);
	});

	test.each([
		['404', UNKNOWN],
		['404 without words', http(404, '<html>')],
		['400 "job does not exist"', http(400, refusal('The job does not exist'))],
		['200 and FAILED "job not found"', http(200, refusal('job not found'))],
		['200 and FAILED "Invalid jobId"', http(200, refusal('Invalid job id'))],
	])('auto goes on to the next one after %s', async (_, unknown) => {
		const { client } = fakeClient(({ path }) => (path === EDIT ? http(200, doneBody()) : unknown));
		expect((await fetchJob(client, JOB_ID, 'auto')).job.family).toBe('edit');
	});

	test('auto does not go on after another 400', async () => {
		const { client, requests } = fakeClient([http(400, refusal("'jobId' parameter error!"))]);
		await expect(fetchJob(client, JOB_ID, 'auto')).rejects.toThrow(/parameter error/);
		expect(new Set(requests.map(({ path }) => path)).size).toBe(1);
	});

	test('a job that no family knows is unknown: the error names it', async () => {
		const error = await caught(fetchJob(knownAt('').client, JOB_ID, 'auto'), TtapiError);
		expect(error.message).toBe(`TTAPI does not know the job ${JOB_ID}`);
		expect(error).toMatchObject({
			jobId: JOB_ID,
			httpStatus: 404,
			description: expect.stringMatching(/account/),
		});
	});

	test("a video that the video's own address does not know is asked for at the picture's", async () => {
		const { client } = knownAt(IMAGE, doneBody({ video: 'https://cdn.ttapi.io/0.mp4' }));
		const { job } = await fetchJob(client, JOB_ID, 'video');
		expect(job).toMatchObject({ family: 'video', videos: ['https://cdn.ttapi.io/0.mp4'] });
	});

	test.each([
		['a video', [], IMAGE],
		['an image', ['upsample1'], VIDEO],
	])(
		'after %s was found there, the next video is asked for where it fits',
		async (_, components, next) => {
			const { client, requests } = knownAt(IMAGE, doneBody({ components }));
			expect((await fetchJob(client, JOB_ID, 'video')).job.components).toEqual(components);
			requests.length = 0;
			await fetchJob(client, JOB_ID, 'video');
			expect(requests[0].path).toBe(next);
		},
	);
});

describe('a job that was just submitted', () => {
	const look = async (ageMs: number, answer = UNKNOWN) =>
		await caught(fetchNewJob(fakeClient([answer]).client, JOB_ID, 'image', ageMs), TtapiError);

	test.each([0, 60_000])(
		'may be unknown %i ms after its submit: it is asked for again',
		async (ageMs) => {
			const error = await look(ageMs);
			expect(error).toBeInstanceOf(TransientError);
			expect(error).toMatchObject({ jobId: JOB_ID, httpStatus: 404 });
		},
	);

	test('is really unknown after its first minute', async () => {
		expect(await look(60_001)).not.toBeInstanceOf(TransientError);
	});

	test('may not be asked for with a refused key, however new it is', async () => {
		expect(await look(0, http(401, refusal('no')))).not.toBeInstanceOf(TransientError);
	});
});
