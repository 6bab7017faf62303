import { describe, expect, test } from '@jest/globals';

import {
	isFinished,
	jobIdOf,
	readJob,
	submittedJob,
	withoutHookUrl,
	withReceipt,
} from '../../../nodes/TtapiMidjourney/jobs/job.ts';
import {
	doneBody,
	failedBody,
	JOB_ID,
	jobIn,
	receipt,
	refusal,
	waitingBody,
} from '../support/bodies.mts';

const KEYS = [
	'jobId',
	'status',
	'family',
	'action',
	'actions',
	'prompt',
	'progress',
	'cdnImage',
	'discordImage',
	'images',
	'width',
	'height',
	'components',
	'seed',
	'quota',
	'message',
].sort();

describe('the job id', () => {
	test.each([
		['data.jobId', receipt('abc')],
		['data.job_id', { status: 'SUCCESS', data: { job_id: 'abc' } }],
		['jobId', { status: 'SUCCESS', jobId: 'abc' }],
		['data.jobId before jobId', { jobId: 'other', data: { jobId: 'abc' } }],
		['a number that reads like it', { data: { job_id: 0xabc } }, '2748'],
		['jobId beside data: []', { jobId: 'abc', data: [] }],
		['jobId beside data: null', { jobId: 'abc', data: null }],
		['jobId beside data.jobId: null', { jobId: 'abc', data: { jobId: null } }],
	])('is read from %s', (_, body, expected = 'abc') => {
		expect(jobIdOf(body)).toBe(expected);
	});

	test.each([
		['no data', { status: 'FAILED', message: 'Wrong TT-API-KEY' }],
		['data: {}', { status: 'FAILED', data: {} }],
		['an empty text', { data: { jobId: '' } }],
		['something that is no text', { data: { jobId: { id: 1 } } }],
	])('is not made up for %s', (_, body) => {
		expect(jobIdOf(body)).toBeUndefined();
	});
});

describe('a finished job', () => {
	test('is read whole from the sample of the vendor', () => {
		expect(jobIn(doneBody())).toEqual({
			jobId: JOB_ID,
			status: 'SUCCESS',
			family: 'image',
			action: 'imagine',
			prompt: 'a red lighthouse --ar 9:16',
			progress: 100,
			cdnImage: 'https://cdn.ttapi.io/grid.png',
			discordImage: 'https://cdn.discordapp.com/discord.png',
			images: ['tl', 'tr', 'bl', 'br'].map((corner) => `https://cdn.ttapi.io/${corner}.png`),
			width: 1632,
			height: 2912,
			components: ['upsample1', 'variation1'],
			actions: [
				{ value: 'upsample1', label: 'Upscale 1 (U1)' },
				{ value: 'variation1', label: 'Variation 1 (V1)' },
			],
			seed: null,
			quota: 3,
			message: 'success',
		});
	});

	test.each([
		[
			'action in data.actions',
			{ action: undefined, actions: 'upsample1' },
			{ action: 'upsample1' },
		],
		['quota as a text', { quota: '3' }, { quota: 3 }],
		['quota with a fraction', { quota: '2.5' }, { quota: 2.5 }],
		['no quota', { quota: null }, { quota: null }],
		['progress as a number', { progress: 40 }, { progress: 40 }],
		['progress with %', { progress: '40%' }, { progress: 40 }],
		['progress: null', { progress: null }, { progress: null }],
		['progress that is no number', { progress: 'soon' }, { progress: null }],
		['an empty progress', { progress: '' }, { progress: null }],
		['progress misspelled', { progress: undefined, progess: '40' }, { progress: 40 }],
		['width and height as texts', { width: '640', height: '480' }, { width: 640, height: 480 }],
		['width and height empty', { width: '', height: '' }, { width: null, height: null }],
		['width and height null', { width: null, height: null }, { width: null, height: null }],
		['a seed', { seed: '1983567490' }, { seed: '1983567490' }],
		['a seed as a number', { seed: 1983567490 }, { seed: '1983567490' }],
		['seed: null', { seed: null }, { seed: null }],
		['images: null', { images: null }, { images: [] }],
		['images empty', { images: '' }, { images: [] }],
		[
			'images that are no addresses',
			{ images: ['', null, 7, 'https://a.org/1.png'] },
			{ images: ['https://a.org/1.png'] },
		],
		['components: null', { components: null }, { components: [] }],
		['components empty', { components: '' }, { components: [] }],
		[
			'components that are no action',
			{ components: ['Custom Zoom', 'vary_region'] },
			{ components: ['Custom Zoom', 'vary_region'] },
		],
		[
			'addresses null',
			{ cdnImage: null, discordImage: null },
			{ cdnImage: null, discordImage: null },
		],
		['addresses empty', { cdnImage: '', discordImage: '' }, { cdnImage: null, discordImage: null }],
	])('is read the same way with %s', (_, data, expected) => {
		expect(jobIn(doneBody(data))).toMatchObject(expected);
	});

	test('keeps the order of its pictures: U1 to U4', () => {
		const { images } = jobIn(doneBody());
		expect(images.map((address) => address.slice(-6, -4))).toEqual(['tl', 'tr', 'bl', 'br']);
	});

	test.each([
		['cdnVideos', { videos: ['https://a.org/1.mp4'], cdnVideos: ['https://cdn.ttapi.io/1.mp4'] }],
		[
			'cdn_video_url',
			{ video_url: 'https://a.org/1.mp4', cdn_video_url: 'https://cdn.ttapi.io/1.mp4' },
		],
		['videos', { videos: ['https://cdn.ttapi.io/1.mp4'], cdnVideos: null }],
	])('that is a video has those of %s', (_, data) => {
		const job = readJob(doneBody(data), 'video');
		expect(job?.videos).toEqual(['https://cdn.ttapi.io/1.mp4']);
	});

	test('may have an empty message', () => {
		expect(jobIn(doneBody({}, { message: '' })).message).toBe('');
	});
});

describe('every other state', () => {
	test.each([
		['data: []', waitingBody()],
		['data: null', { ...waitingBody(), data: null }],
		['no data', { status: 'PENDING_QUEUE', jobId: JOB_ID }],
		['an object full of nulls', failedBody('Job Timeout')],
		['a failed seed job with data: []', { ...failedBody('Job Timeout'), data: [] }],
		['a finished job', doneBody()],
	])('has every key, whatever the body holds: %s', (_, body) => {
		expect(Object.keys(jobIn(body)).sort()).toEqual(KEYS);
	});

	test('says in its message why the job failed', () => {
		expect(jobIn(failedBody('[Banned prompt detected]'))).toMatchObject({
			status: 'FAILED',
			message: '[Banned prompt detected]',
		});
	});

	test.each([
		['PENDING_QUEUE', false],
		['ON_QUEUE', false],
		['SUCCESS', true],
		['FAILED', true],
	])('%s: only the status says whether the job has ended, not the progress', (status, ended) => {
		expect(isFinished(jobIn(doneBody({ progress: '100' }, { status })))).toBe(ended);
	});

	test('takes the id that was asked for where the body has none', () => {
		expect(readJob({ status: 'ON_QUEUE', data: [] }, 'image', 'abc')?.jobId).toBe('abc');
	});

	test.each(['RUNNING', 'dreaming'])('%s, which TTAPI may have added, is not the end', (status) => {
		expect(jobIn(doneBody({}, { status }))).toMatchObject({ status: 'ON_QUEUE', jobId: JOB_ID });
	});

	test.each([
		['FAILED', refusal('The associated task does not exist or has expired.')],
		['SUCCESS that says nothing', { status: 'SUCCESS', message: 'ok', data: null }],
		['a status that nobody knows', { status: 'error', message: 'no' }],
	])('is not that of the job that was asked for if the body names none: %s', (_, body) => {
		expect(readJob(body, 'image', 'abc')).toBeUndefined();
	});

	test('may be SUCCESS without a job id if there is a result', () => {
		const body = { status: 'SUCCESS', data: { cdnImage: 'https://cdn.ttapi.io/grid.png' } };
		expect(readJob(body, 'image', 'abc')).toMatchObject({ jobId: 'abc', status: 'SUCCESS' });
	});

	test.each([
		['no status', { ...doneBody(), status: undefined }],
		['no job id', { status: 'SUCCESS', data: {} }],
	])('is not made up from a body with %s', (_, body) => {
		expect(readJob(body, 'image')).toBeUndefined();
	});
});

describe('a receipt', () => {
	test('is a job with every key, in the state SUBMITTED', () => {
		const job = submittedJob('abc', 'image', { action: 'imagine', prompt: 'a cat' });
		expect(Object.keys(job).sort()).toEqual(KEYS);
		expect(job).toMatchObject({ status: 'SUBMITTED', action: 'imagine', prompt: 'a cat' });
		expect(isFinished(job)).toBe(false);
	});

	test('of a video has no videos yet', () => {
		const job = submittedJob('abc', 'video');
		expect(Object.keys(job).sort()).toEqual([...KEYS, 'videos'].sort());
		expect(job.videos).toEqual([]);
	});
});

describe('a job together with its receipt', () => {
	test('keeps what the submit said where TTAPI says nothing', () => {
		const receiptJob = submittedJob(JOB_ID, 'image', { action: 'imagine', prompt: 'a cat' });
		const job = withReceipt(jobIn(waitingBody()), receiptJob);
		expect(job).toMatchObject({ status: 'PENDING_QUEUE', action: 'imagine', prompt: 'a cat' });
	});

	test('says what TTAPI says where both say something', () => {
		const receiptJob = submittedJob(JOB_ID, 'image', { action: 'other', prompt: 'a cat' });
		expect(withReceipt(jobIn(doneBody()), receiptJob)).toEqual(jobIn(doneBody()));
	});

	test('has its prompts where a describe result does not repeat its action', () => {
		const receiptJob = submittedJob(JOB_ID, 'image', { action: 'describe', prompt: null });
		const result = jobIn(doneBody({ action: undefined, prompt: '1. a fox\n2. a cat' }));
		expect(withReceipt(result, receiptJob)).toMatchObject({
			action: 'describe',
			prompts: ['a fox', 'a cat'],
		});
	});
});

describe('hookUrl', () => {
	const body = doneBody({ hookUrl: 'https://n8n/resume?token=secret' }, { hookUrl: 'https://x' });

	test('is no key of a job', () => {
		expect(jobIn(body)).not.toHaveProperty('hookUrl');
	});

	test('is removed from the body of the API, and nothing else is', () => {
		const shown = withoutHookUrl(body);
		expect(JSON.stringify(shown)).not.toMatch(/hookUrl|secret/);
		expect({ ...(shown.data as object), hookUrl: '' }).toEqual(doneBody().data);
		expect(shown).toMatchObject({ status: 'SUCCESS', jobId: JOB_ID, message: 'success' });
	});

	test('is removed at any depth, however it is written', () => {
		const deep = {
			list: [{ hookUrl: 'secret', a: 1 }],
			data: { job: { hook_url: 'secret', b: [2] } },
		};
		expect(withoutHookUrl(deep)).toEqual({ list: [{ a: 1 }], data: { job: { b: [2] } } });
	});

	test('is removed from a copy: the body itself stays as it is', () => {
		withoutHookUrl(body);
		expect(body).toHaveProperty('hookUrl');
		expect(body.data).toHaveProperty('hookUrl');
	});

	test.each([[[]], [null], [undefined]])('is not looked for in data: %j', (data) => {
		expect(withoutHookUrl({ status: 'FAILED', data })).toEqual({ status: 'FAILED', data });
	});
});
