import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { answer, sent, type Answer, type Sent } from './support/http.mts';
import { runWorkflow } from './support/runWorkflow.mts';
import { workflowOf, type OperationName } from './support/workflows.mts';

const PATHS = {
	image: '/midjourney/v1/fetch',
	edit: '/midjourney/image-edits/fetch',
	video: '/midjourney/video/fetch',
};
const unknown = { status: 404, body: { status: 'FAILED', message: 'job not found' } };
const known = (data: object) => ({ json: { status: 'SUCCESS', jobId: 'j', message: '', data } });

let hosts = 0;

/** A host that the node has not asked before: it remembers by which method a host is to be asked. */
function newHost(answers: Partial<Record<keyof typeof PATHS, { GET?: Answer; POST?: Answer }>>) {
	const base = `https://proxy${++hosts}.example.com/ttapi`;
	for (const [family, { GET = unknown, POST = unknown }] of Object.entries(answers)) {
		answer('GET', base + PATHS[family as keyof typeof PATHS], GET);
		answer('POST', base + PATHS[family as keyof typeof PATHS], POST);
	}
	return { baseUrl: 'custom', customBaseUrl: `${base}//` };
}

async function get(
	credential: IDataObject,
	options: IDataObject = {},
	operation: OperationName = 'job.get',
	item: IDataObject = { jobId: 'j' },
) {
	sent.length = 0;
	return await runWorkflow(workflowOf(operation), {
		items: [item],
		parameters: { options },
		credential: credential as never,
	});
}

const asked = () => sent.map(({ method, path }) => `${method} ${path.slice('/ttapi'.length)}`);

describe('where a job is looked for', () => {
	test('first among the pictures', async () => {
		await get(newHost({ image: { GET: known({}) } }));
		expect(asked()).toEqual([`GET ${PATHS.image}`]);
	});

	test.each([[], null, '', false])('where fields of videos say nothing: %j', async (nothing) => {
		const data = { action: 'imagine', videos: nothing };
		const { items } = await get(newHost({ image: { GET: known(data) } }));
		expect(items[0].json).toMatchObject({ family: 'image', action: 'imagine' });
		expect(items[0].json).not.toHaveProperty('videos');
	});

	test('then among the edits, whose downloadable addresses become images', async () => {
		const data = {
			images: ['https://cdn.midjourney.com/1.png'],
			cdnImages: ['https://cdn.ttapi.io/1.png'],
		};
		const { items } = await get(newHost({ image: {}, edit: { GET: known(data) } }));
		expect(items[0].json).toMatchObject({
			jobId: 'j',
			family: 'edit',
			images: ['https://cdn.ttapi.io/1.png'],
		});
		expect(asked()).toEqual([`GET ${PATHS.image}`, `POST ${PATHS.image}`, `GET ${PATHS.edit}`]);
	});

	test('then among the videos, whose addresses are collected wherever they are', async () => {
		const data = {
			a: [{ url: 'https://cdn.ttapi.io/1.mp4' }],
			b: 'https://cdn.ttapi.io/2.mp4?x=1',
			c: 'https://cdn.ttapi.io/p.png',
		};
		const { items } = await get(newHost({ image: {}, edit: {}, video: { GET: known(data) } }));
		expect(items[0].json).toMatchObject({
			family: 'video',
			videos: ['https://cdn.ttapi.io/1.mp4', 'https://cdn.ttapi.io/2.mp4?x=1'],
		});
	});

	test('nowhere else than in the family that is chosen', async () => {
		await get(newHost({ video: { GET: known({}) } }), { family: 'video' });
		expect(asked()).toEqual([`GET ${PATHS.video}`]);
	});

	test('a job that is known nowhere is an error with its id', async () => {
		const { error } = await get(newHost({ image: {}, edit: {}, video: {} }));
		expect(error).toMatchObject({
			name: 'NodeApiError',
			httpCode: '404',
			context: { itemIndex: 0 },
		});
		expect(error?.message).toContain(' j');
	});

	test('an unknown job may also be told with HTTP 200', async () => {
		const told = { json: { status: 'FAILED', message: 'job not exist', data: null } };
		const { items } = await get(newHost({ image: { GET: told }, edit: { GET: known({}) } }));
		expect(items[0].json.family).toBe('edit');
	});
});

describe('a job that TTAPI does not know', () => {
	const times = () =>
		sent.filter(({ method, path }) => method === 'GET' && path.endsWith(PATHS.image));
	const nowhere = { image: {}, edit: {}, video: {} };

	test('is unknown at once to job.get', async () => {
		const { error } = await get(newHost(nowhere));
		expect(error).toMatchObject({ message: 'TTAPI does not know the job j', httpCode: '404' });
		expect(times()).toHaveLength(1);
	});

	test('is asked for again by job.get if it was seen before', async () => {
		const answers = [known({}), unknown, unknown, known({})];
		const host = newHost({ image: { GET: () => answers.shift()!, POST: unknown } });
		await get(host, { family: 'image' });
		const { items } = await get(host, { family: 'image' });
		expect(items[0].json.status).toBe('SUCCESS');
	});

	test('is unknown to job.wait if it is still unknown 10 s later, the third time', async () => {
		const { error } = await get(newHost(nowhere), {}, 'job.wait');
		expect(error).toMatchObject({ message: 'TTAPI does not know the job j', httpCode: '404' });
		expect(times().length).toBeGreaterThanOrEqual(3);
		expect(times().at(-1)!.at - times()[0].at).toBeGreaterThanOrEqual(10_000);
	});

	test('is waited for by job.wait if it was only too new', async () => {
		const late = ({ at }: Sent) => (at < sent[0].at + 4_000 ? unknown : known({}));
		const { items } = await get(newHost({ ...nowhere, image: { GET: late } }), {}, 'job.wait');
		expect(items[0].json.status).toBe('SUCCESS');
	});
});

describe.each(['job.get', 'job.wait'] as const)(
	'%s of an item that knows its family',
	(operation) => {
		const edit = known({ cdnImages: ['https://cdn.ttapi.io/1.png'] });
		const video = known({ videos: ['https://cdn.ttapi.io/1.mp4'] });

		test.each([
			['edit', edit, { images: ['https://cdn.ttapi.io/1.png'] }],
			['video', video, { videos: ['https://cdn.ttapi.io/1.mp4'] }],
			['image', known({ action: 'imagine' }), { action: 'imagine' }],
		] as const)('takes one request: %s', async (family, state, shown) => {
			const host = newHost({ [family]: { GET: state } });
			const { items } = await get(host, {}, operation, { jobId: 'j', family });
			expect(items[0].json).toMatchObject({ jobId: 'j', family, status: 'SUCCESS', ...shown });
			expect(asked()).toEqual([`GET ${PATHS[family]}`]);
		});

		test.each([
			['edit', edit, 3],
			['video', video, 5],
		] as const)('takes more where it does not: %s', async (family, state, requests) => {
			const host = newHost({ image: {}, edit: {}, [family]: { GET: state } });
			// An address that has answered nothing yet is asked by both methods: its 404 may mean the first one.
			await get(host, { family }, operation);
			const { items } = await get(host, {}, operation);
			expect(items[0].json).toMatchObject({ jobId: 'j', family });
			expect(asked()).toHaveLength(requests);
		});

		test('looks in the others where it is not there', async () => {
			const host = newHost({ image: {}, edit: { GET: edit }, video: {} });
			const { items } = await get(host, {}, operation, { jobId: 'j', family: 'video' });
			expect(items[0].json.family).toBe('edit');
			expect(asked().map((request) => request.split(' ')[1])).toEqual(
				expect.arrayContaining([PATHS.video, PATHS.edit]),
			);
		});

		test('believes what is chosen rather than the item', async () => {
			const host = newHost({ edit: { GET: edit } });
			const item = { jobId: 'j', family: 'video' };
			const { items } = await get(host, { family: 'edit' }, operation, item);
			expect(items[0].json.family).toBe('edit');
			expect(asked()).toEqual([`GET ${PATHS.edit}`]);
		});

		test('does not take the family of another job for it', async () => {
			const host = newHost({ image: { GET: known({ action: 'imagine' }) } });
			sent.length = 0;
			const { items } = await runWorkflow(workflowOf(operation), {
				items: [{ jobId: 'other', family: 'video' }],
				parameters: { jobId: 'j' },
				credential: host as never,
			});
			expect(items[0].json).toMatchObject({ jobId: 'j', family: 'image' });
			expect(asked()).toEqual([`GET ${PATHS.image}`]);
		});

		test('does not mind a family that there is not', async () => {
			const host = newHost({ image: { GET: known({ action: 'imagine' }) } });
			const { items } = await get(host, {}, operation, { jobId: 'j', family: 'music' });
			expect(items[0].json.family).toBe('image');
		});
	},
);

describe('a video on a host that fetches it with the pictures', () => {
	const data = { action: 'video', videos: ['https://cdn.ttapi.io/1.mp4'] };

	test.each(['job.get', 'job.wait'] as const)(
		'is a video all the same, told or not: %s',
		async (operation) => {
			const host = newHost({ image: { GET: known(data) }, edit: {}, video: {} });
			for (const item of [{ jobId: 'j' }, { jobId: 'j', family: 'video' }]) {
				const { items } = await get(host, {}, operation, item);
				expect(items[0].json).toMatchObject({ family: 'video', videos: data.videos });
			}
			const { items } = await get(host, { family: 'video' }, operation);
			expect(items[0].json).toMatchObject({ family: 'video', videos: data.videos });
		},
	);
});

describe('job.wait', () => {
	test('looks for a job of an unknown family once in each, and then where it was', async () => {
		let looks = 0;
		const state = (): Answer =>
			++looks < 4
				? { json: { status: 'ON_QUEUE', jobId: 'j', message: '', data: {} } }
				: known({ videos: ['https://cdn.ttapi.io/1.mp4'] });
		const host = newHost({ image: {}, edit: {}, video: { GET: state } });
		const { items } = await get(host, {}, 'job.wait');
		expect(items[0].json).toMatchObject({ family: 'video', status: 'SUCCESS' });
		const paths = asked().map((request) => request.split(' ')[1]);
		expect(paths.slice(-4)).toEqual(Array(4).fill(PATHS.video));
		for (const family of ['image', 'edit'] as const)
			expect(asked().filter((request) => request === `GET ${PATHS[family]}`)).toHaveLength(1);
	});

	test('goes on to the end where only the fetch of images knows an edit', async () => {
		let looks = 0;
		const state = (): Answer => {
			const status = ++looks < 4 ? 'ON_QUEUE' : 'SUCCESS';
			return { json: { status, jobId: 'j', message: '', data: { action: 'edit' } } };
		};
		const host = newHost({ image: { GET: state }, edit: {}, video: {} });
		const { items, error } = await get(host, {}, 'job.wait');
		expect(error).toBeUndefined();
		expect(items[0].json).toMatchObject({ jobId: 'j', family: 'edit', status: 'SUCCESS' });
		expect(looks).toBe(4);
	});
});

describe('how a job is asked for', () => {
	test.each([404, 405])(
		'by POST once GET is refused with %s, and remembered for the host',
		async (status) => {
			const host = newHost({ image: { GET: { status, body: 'no' }, POST: known({}) } });
			const first = await get(host);
			expect(first.items[0].json.jobId).toBe('j');
			expect(asked()).toEqual([`GET ${PATHS.image}`, `POST ${PATHS.image}`]);
			expect(sent[1].body).toEqual({ jobId: 'j' });
			await get(host);
			expect(asked()).toEqual([`POST ${PATHS.image}`]);
		},
	);

	test('by POST where an edit is, although an image is asked for by GET', async () => {
		const host = newHost({
			image: { GET: ({ query }) => (query.jobId === 'i' ? known({ jobId: 'i' }) : unknown) },
			edit: { GET: { status: 404, body: 'no' }, POST: known({}) },
		});
		expect((await get(host, {}, 'job.get', { jobId: 'i' })).items).toHaveLength(1);
		const { items } = await get(host);
		expect(items[0].json).toMatchObject({ jobId: 'j', family: 'edit' });
	});

	test('another host is asked by GET all the same', async () => {
		await get(newHost({ image: { GET: { status: 405 }, POST: known({}) } }));
		await get(newHost({ image: { GET: known({}) } }));
		expect(asked()).toEqual([`GET ${PATHS.image}`]);
	});

	test('a path in the custom base URL is kept, and slashes at its end are not', async () => {
		await get(newHost({ image: { GET: known({}) } }));
		expect(sent[0].path).toBe(`/ttapi${PATHS.image}`);
	});
});
