import { describe, expect, test } from '@jest/globals';

import { FETCH, OPERATIONS } from '../operations.mts';
import { answer, sent, type Answer } from './support/http.mts';
import { itemWith, png } from './support/pictures.mts';
import { runWorkflow } from './support/runWorkflow.mts';
import { API, UNKNOWN_JOB } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

describe('is refused before anything is paid:', () => {
	const upscaled = (data: object, status = 'SUCCESS') => ({
		json: { status, jobId: 'up', message: '', data },
	});
	const size = { width: 1024, height: 768 };
	const cases: Array<[title: string, job: Answer, mask: Buffer, says: RegExp]> = [
		[
			'a mask of another size than the picture of the job',
			upscaled(size),
			png(1024, 767),
			/1024 x 767.*1024 x 768/,
		],
		[
			'a job that still runs, for inpaint',
			upscaled([] as never, 'ON_QUEUE'),
			png(),
			/up is ON_QUEUE/,
		],
		['a job that failed, for inpaint', upscaled([] as never, 'FAILED'), png(), /up is FAILED/],
		[
			'a grid of four images, for inpaint',
			upscaled({ ...size, components: ['upsample1', 'variation1'] }),
			png(1024, 768),
			/up is a grid/,
		],
		['a mask that is no picture', upscaled(size), Buffer.from('text'), /does not contain an image/],
	];
	test.each(cases)('%s', async (_title, job, mask, says) => {
		answer('GET', `${API}${FETCH.image}`, job);
		const { error } = await runWorkflow(workflowOf('inpaint'), {
			items: [itemWith({ data: mask }, { jobId: 'up' })],
		});
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		expect(error?.message).toMatch(says);
		expect(sent.filter(({ method }) => method === 'POST')).toEqual([]);
	});

	test.each(['PENDING_QUEUE', 'ON_QUEUE', 'FAILED'])(
		'a job that is %s, for getSeed',
		async (status) => {
			answer('GET', `${API}${FETCH.image}`, upscaled([] as never, status));
			const { error } = await runWorkflow(workflowOf('getSeed'), { items: [{ jobId: 'up' }] });
			expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
			expect(error?.message).toContain(`up is ${status}`);
			expect(sent.filter(({ method }) => method === 'POST')).toEqual([]);
		},
	);

	test('an unknown job, for inpaint', async () => {
		for (const method of ['GET', 'POST'] as const)
			answer(method, `${API}${FETCH.image}`, UNKNOWN_JOB);
		const { error } = await runWorkflow(workflowOf('inpaint'), {
			items: [itemWith({ data: png() }, { jobId: 'up' })],
		});
		expect(error?.message).toMatch(/does not know the job up/);
		expect(sent.filter(({ path }) => path.endsWith('inpaint'))).toEqual([]);
	});

	test('a mask goes out where the size of the picture is not known', async () => {
		answer('GET', `${API}${FETCH.image}`, upscaled({ width: null, height: null }));
		answer('POST', `${API}${OPERATIONS.inpaint.path}`, {
			json: { status: 'SUCCESS', data: { jobId: 'up' } },
		});
		const { items } = await runWorkflow(workflowOf('inpaint'), {
			items: [itemWith({ data: png(3, 3) }, { jobId: 'up' })],
		});
		expect(items).toHaveLength(1);
	});

	test.each<[string, string, Answer | undefined, RegExp]>([
		['an address that is not there', 'https://example.com/a.png', { status: 404 }, /404/],
		[
			'an address of a web page',
			'https://example.com/a.png',
			{ status: 200, body: '<html>' },
			/does not contain an image/,
		],
		['an address in a private network', 'http://192.168.1.1/a.png', undefined, /private/],
		[
			'a redirect into a private network',
			'https://example.com/a.png',
			{ status: 302, headers: { location: 'http://169.254.169.254/' } },
			/private/,
		],
		['an address that is none', 'file:///etc/passwd', undefined, /http\(s\)/],
	])('%s, for blend', async (_title, address, given, says) => {
		if (given) answer('GET', address, given);
		const { error } = await runWorkflow(workflowOf('blend'), {
			parameters: { imageInput: 'url', imageUrls: `${address}\n${address}` },
		});
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		expect(error?.message).toMatch(says);
	});
});
