import { describe, expect, test } from '@jest/globals';

import { doneBody, JOB_ID, jobIn } from '../support/bodies.mts';

describe('describe', () => {
	const FOUR = ['a red fox --ar 1:1', 'a fox in snow', 'fox, oil on canvas', 'vulpes vulpes, 1910'];
	const numbered = (number: (n: number) => string) =>
		FOUR.map((prompt, at) => number(at + 1) + prompt);
	const described = (prompt: unknown) =>
		jobIn(doneBody({ action: 'describe', prompt, images: [], components: [] }));

	test.each([
		['one a line', FOUR.join('\n')],
		['with keycap digits', numbered((n) => `${n}\uFE0F\u20E3 `).join('\n\n')],
		['with keycap digits without the variation sign', numbered((n) => `${n}\u20E3 `).join('\n')],
		['with 1.', numbered((n) => `${n}. `).join('\n')],
		['with 1)', numbered((n) => `${n}) `).join('\r\n')],
	])('gives its prompts %s', (_, prompt) => {
		expect(described(prompt)).toMatchObject({ prompts: FOUR, prompt });
	});

	test('leaves a number that belongs to the prompt', () => {
		const own = ['2.5D fox, isometric', '35 mm photo of a fox', '1920s fox poster'];
		expect(described(own.join('\n')).prompts).toEqual(own);
	});

	test('has a list of prompts even where none came', () => {
		expect(described(null)).toMatchObject({ prompts: [], prompt: null });
	});

	test('is the only one with prompts', () => {
		expect(jobIn(doneBody())).not.toHaveProperty('prompts');
	});
});

describe('an image edit', () => {
	const edit = (data: object) =>
		jobIn(
			{ status: 'SUCCESS', jobId: JOB_ID, message: 'success', data: { jobId: JOB_ID, ...data } },
			'edit',
		);

	test('puts its downloadable addresses into images', () => {
		const job = edit({
			images: ['https://cdn.midjourney.com/1.png'],
			cdnImages: ['https://cdn.ttapi.io/1.png', 'https://cdn.ttapi.io/2.png'],
			prompt: 'a hat',
			quota: 4,
		});
		expect(job).toMatchObject({
			family: 'edit',
			images: ['https://cdn.ttapi.io/1.png', 'https://cdn.ttapi.io/2.png'],
			prompt: 'a hat',
			quota: 4,
			cdnImage: null,
			components: [],
		});
	});

	test.each([[[]], [null]])('falls back to images where cdnImages is %j', (cdnImages) => {
		const images = ['https://cdn.midjourney.com/1.png'];
		expect(edit({ images, cdnImages }).images).toEqual(images);
	});
});

describe('a video', () => {
	const video = (data: object) =>
		jobIn({ status: 'SUCCESS', jobId: JOB_ID, message: 'success', data }, 'video');

	test('collects every address of a video in data, once, however deep it is', () => {
		const job = video({
			jobId: JOB_ID,
			videoUrl: 'https://cdn.ttapi.io/0.mp4',
			videos: [{ url: 'https://cdn.ttapi.io/1.mp4?sign=a' }, { raw: ['https://x.org/2.WEBM'] }],
			again: 'https://cdn.ttapi.io/0.mp4',
			cover: 'https://cdn.ttapi.io/cover.png',
			prompt: 'a page named movie.mp4',
		});
		expect(job).toMatchObject({
			family: 'video',
			videos: [
				'https://cdn.ttapi.io/0.mp4',
				'https://cdn.ttapi.io/1.mp4?sign=a',
				'https://x.org/2.WEBM',
			],
		});
	});

	test.each([
		[
			'the address of a video, whatever its key',
			{ files: [{ url: 'https://cdn.ttapi.io/1.mp4' }] },
		],
		['a key of videos', { video_list: ['https://cdn.ttapi.io/1'] }],
		['an action with videos', { action: 'video_extend' }],
	])('is told by %s, where it is taken for an image', (_title, data) => {
		const body = { status: 'SUCCESS', jobId: JOB_ID, message: 'success', data };
		expect(jobIn(body, 'image').family).toBe('video');
	});

	test('has a list of videos even while there is none', () => {
		expect(video({ jobId: JOB_ID }).videos).toEqual([]);
	});

	test('is the only one with videos', () => {
		expect(jobIn(doneBody())).not.toHaveProperty('videos');
	});
});
