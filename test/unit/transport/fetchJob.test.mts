import { describe, expect, test } from '@jest/globals';

import {
	KeyRefusedError,
	TransientError,
	TtapiError,
} from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import {
	fetchAcceptedJob,
	fetchJob,
	isUnknownJob,
	NotYetKnownError,
	UnknownJobError,
} from '../../../nodes/TtapiMidjourney/transport/fetchJob.ts';
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
		['without its state', { status: 'SUCCESSFUL', message: '', data: {} }],
		['without its state', refusal('Try again later')],
		['about another job', doneBody({ jobId: 'another' }, { jobId: 'another' })],
	])('cannot be told from an answer %s: it may be asked for again', async (how, body) => {
		const { client } = fakeClient([http(200, body)]);
		const error = await caught(fetchJob(client, JOB_ID, 'image'), TransientError);
		expect(error).toMatchObject({ jobId: JOB_ID, message: expect.stringContaining(JOB_ID) });
		expect(error.message).toContain(how);
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

	test.each([302, 400, 401, 403, 404, 405])(
		"a page with %i is not TTAPI's: it may be asked for again",
		async (httpStatus) => {
			const { client } = fakeClient([http(httpStatus, '<html>')]);
			const error = await caught(fetchJob(client, JOB_ID, 'image'), TransientError);
			expect(error).toMatchObject({ jobId: JOB_ID, httpStatus });
		},
	);

	test('RUNNING, or whatever TTAPI may add, is not the end', async () => {
		const body = { ...waitingBody(), status: 'RUNNING' };
		const { job, body: raw } = await fetchJob(
			fakeClient([http(200, body)]).client,
			JOB_ID,
			'image',
		);
		expect([job.status, raw.status]).toEqual(['ON_QUEUE', 'RUNNING']);
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
			request.method === method ? http(200, doneBody()) : http(405, 'no such method'),
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
		const { client, requests } = fakeClient([http(httpStatus, refusal('no'))]);
		await expect(fetchJob(client, JOB_ID, 'image')).rejects.toThrow();
		expect(requests.map(line)).toEqual([`GET ${IMAGE}`]);
	});

	test('a refused key on the second way is told as what it is', async () => {
		const { client } = fakeClient([http(404), http(401, refusal('Wrong TT-API-KEY'))]);
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
		...[
			'Invalid job id',
			'The associated task does not exist or has expired.',
			'Associated task status error.',
			'task not found',
			'jobId does not exist',
			'任务不存在',
			'关联任务不存在',
		].flatMap((said) =>
			[200, 400, 404].map((status): [string, ReturnType<typeof http>] => [
				`${status} "${said}"`,
				http(status, refusal(said)),
			]),
		),
	])('auto goes on to the next one after %s', async (_, unknown) => {
		const { client } = fakeClient(({ path }) => (path === EDIT ? http(200, doneBody()) : unknown));
		expect((await fetchJob(client, JOB_ID, 'auto')).job.family).toBe('edit');
	});

	test.each([404, 405])(
		"a host without the video's own address, which answers %i with a page, says nothing about the job",
		async (httpStatus) => {
			const { client } = fakeClient(({ path }) =>
				path === VIDEO ? http(httpStatus, '<html>') : UNKNOWN,
			);
			await expect(fetchJob(client, JOB_ID, 'auto')).rejects.toBeInstanceOf(UnknownJobError);
			await expect(fetchJob(client, JOB_ID, 'video')).rejects.toBeInstanceOf(UnknownJobError);
		},
	);

	test('a page instead of an answer leaves open whether the job is unknown', async () => {
		const { client } = fakeClient(({ path }) => (path === EDIT ? http(404, '<html>') : UNKNOWN));
		await caught(fetchJob(client, JOB_ID, 'auto'), TransientError);
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

describe('a job that TTAPI does not know', () => {
	const look = async (answer = UNKNOWN, fetch: typeof fetchAcceptedJob = fetchJob) =>
		await caught(fetch(fakeClient([answer]).client, JOB_ID, 'image'), TtapiError);

	test('is unknown if nobody has seen it', async () => {
		const error = await look();
		expect(error).toBeInstanceOf(UnknownJobError);
		expect(isUnknownJob(error)).toBe(true);
	});

	test('is not known yet if it was accepted', async () => {
		const error = await look(UNKNOWN, fetchAcceptedJob);
		expect(error).toBeInstanceOf(NotYetKnownError);
		expect(error).toMatchObject({ jobId: JOB_ID, httpStatus: 404 });
		expect(isUnknownJob(error)).toBe(false);
	});

	test('is not known any more if it was seen before, in whatever case', async () => {
		const { client } = fakeClient([http(200, waitingBody()), UNKNOWN]);
		await fetchJob(client, JOB_ID, 'image');
		const again = fetchJob(client, JOB_ID.toUpperCase(), 'auto');
		expect(await caught(again, TtapiError)).toBeInstanceOf(NotYetKnownError);
		expect(client.account.knows(JOB_ID)).toBe(true);
	});

	test('is unknown on another host', async () => {
		await look(UNKNOWN, fetchAcceptedJob);
		expect(await look()).toBeInstanceOf(UnknownJobError);
	});

	test.each([
		[400, "'jobId' parameter error!"],
		[402, 'not enough quota'],
	])('and one that is refused with %i is asked for again if it was accepted', async (...given) => {
		const [status, said] = given;
		const answer = http(status, refusal(said));
		expect(await look(answer, fetchAcceptedJob)).toBeInstanceOf(TransientError);
		expect(await look(answer)).not.toBeInstanceOf(TransientError);
	});

	test('may not be asked for with a refused key, even if it was accepted', async () => {
		expect(await look(http(401, refusal('no')), fetchAcceptedJob)).toBeInstanceOf(KeyRefusedError);
	});
});
