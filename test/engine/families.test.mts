import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { answer, sent, type Answer } from './support/http.mts';
import { runWorkflow } from './support/runWorkflow.mts';
import { workflowOf } from './support/workflows.mts';

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

async function get(credential: IDataObject, options: IDataObject = {}, more: object = {}) {
	sent.length = 0;
	return await runWorkflow(workflowOf('job.get'), {
		items: [{ jobId: 'j' }],
		parameters: { options },
		credential: credential as never,
		...more,
	});
}

const asked = () => sent.map(({ method, path }) => `${method} ${path.slice('/ttapi'.length)}`);

describe('where a job is looked for', () => {
	test('first among the pictures', async () => {
		await get(newHost({ image: { GET: known({}) } }));
		expect(asked()).toEqual([`GET ${PATHS.image}`]);
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
