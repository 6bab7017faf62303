/**
 * What programs that work with TTAPI send and read, written down from what such clients do. Each sends what it sends
 * and reads what it reads, however far that is from the docs: the wire has to get along with all of them.
 */
import { expect, test } from '@jest/globals';
import { pictureWithHole } from './support/picture.mts';
import { openReceiver } from './support/receiver.mts';
import { clientOf, eventually, openSimulator } from './support/simulator.mts';

const address = expect.stringMatching(/^http:.*\.png/);
const png = pictureWithHole(32, 32).toBuffer('image/png').toString('base64');

test('a chat bot imagines with model, fetches by POST and shows the four images it never asked for', async () => {
	const client = clientOf(await openSimulator());
	const submitted = await client.post('/midjourney/v1/imagine', {
		prompt: 'a lighthouse --ar 16:9',
		model: 'fast',
		hookUrl: '',
		timeout: 300,
	});
	expect(submitted.data.message).toBe('success');
	const { jobId } = submitted.data.data;

	const seen = new Set<string>();
	const { data } = await eventually(async () => {
		const { data: answer } = await client.post('/midjourney/v1/fetch', { jobId });
		seen.add(answer.status);
		return answer.status === 'SUCCESS' ? answer : undefined;
	});
	for (const status of seen) expect(status).toMatch(/^(PENDING_QUEUE|ON_QUEUE|SUCCESS)$/);
	expect(data.images).toEqual([address, address, address, address]);
	expect(data.cdnImage).toEqual(address);
	expect(data.components).toEqual(expect.arrayContaining(['upsample1', 'variation4', 'reroll']));
	expect(Number.parseInt(data.progress, 10)).toBe(100);
	expect(Number(data.quota)).toBe(3);

	const pressed = await client.post('/midjourney/v1/action', {
		jobId,
		action: data.components[0],
		hookUrl: '',
	});
	expect(pressed.data.data.jobId).not.toBe(jobId);
});

test('an editor sends base64, fetches by POST and downloads what may be downloaded', async () => {
	const client = clientOf(await openSimulator());
	const submitted = await client.post('/midjourney/image-edits/submit', {
		prompt: 'a red hat',
		image: `data:image/png;base64,${png}`,
		mode: 'fast',
		type: 'edit',
	});
	const { jobId } = submitted.data.data;
	const { data } = await eventually(async () => {
		const { data: answer } = await client.post('/midjourney/image-edits/fetch', { jobId });
		return answer.status === 'SUCCESS' ? answer : undefined;
	});
	expect(data.cdnImages).toEqual([address, address, address, address]);
	expect(data.images).toHaveLength(4);
	const [submitTime, finishTime] = [data.submitTime, data.finishTime].map((time) =>
		Date.parse(time),
	);
	expect(data.submitTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
	expect(finishTime).toBeGreaterThanOrEqual(submitTime);
});

test('a captioner describes a picture and splits the prompts by their keycaps', async () => {
	const client = clientOf(await openSimulator());
	const submitted = await client.post('/midjourney/v1/describe', {
		base64: `data:image/png;base64,${png}`,
		mode: 'fast',
		timeout: 300,
	});
	const { jobId } = submitted.data.data;
	const { data } = await eventually(async () => {
		const { data: answer } = await client.get('/midjourney/v1/fetch', { params: { jobId } });
		return answer.status === 'SUCCESS' ? answer : undefined;
	});
	const prompts = data.prompt.split(/[1-4]\u{fe0f}\u{20e3}/u).filter((part: string) => part.trim());
	expect(prompts).toHaveLength(4);
	// Nothing was drawn, so there is nothing to press.
	expect([data.components, data.images, data.cdnImage]).toEqual([null, null, null]);
});

test('a worker with text timeouts answers 200 at once, and reads failures by the id above data', async () => {
	const simulator = await openSimulator({ jobMs: 600_000 });
	const client = clientOf(simulator);
	const { hookUrl, bodies } = await openReceiver();
	const task = { mode: 'relax', timeout: '600', getUImages: true, translation: false, hookUrl };
	const ids: string[] = [];
	for (const prompt of ['a cat', 'a dog']) {
		const { data } = await client.post('/midjourney/v1/imagine', { prompt, ...task });
		if (data.status !== 'SUCCESS') throw new Error(data.message);
		ids.push(data.data.jobId);
	}
	simulator.finishJob(ids[0], 'SUCCESS');
	simulator.finishJob(ids[1], 'FAILED', '[Internal error]');
	await eventually(() => bodies[1]);
	const results = new Map(bodies.map((body) => [body.jobId, body]));
	expect(results.get(ids[0])).toMatchObject({ status: 'SUCCESS', data: { hookUrl } });
	expect(results.get(ids[1])).toMatchObject({
		status: 'FAILED',
		message: '[Internal error]',
		data: { jobId: null, hookUrl: null, action: null },
	});
	const { data: account } = await client.get('/midjourney/v1/info');
	expect(Number(account.data.balance)).toBe(998);
});

test('a hold client waits for an account of its own, and upscales because there are no separate images', async () => {
	const simulator = await openSimulator({ account: 'hold' });
	const client = clientOf(simulator);
	simulator.addFault({ kind: 'status', status: 400, message: 'No available accounts', count: 1 });
	const body = { prompt: 'a lighthouse', mode: 'fast', getUImages: true };
	const jobId = await eventually(async () => {
		const { data } = await client.post('/midjourney/v1/imagine', body);
		if (data.message === 'No available accounts') return undefined;
		return data.data.jobId as string;
	});
	const endOf = async (id: string) =>
		await eventually(async () => {
			const { data } = await client.get('/midjourney/v1/fetch', { params: { jobId: id } });
			return data.status === 'SUCCESS' ? data.data : undefined;
		});
	const grid = await endOf(jobId);
	expect([grid.images, grid.cdnImage]).toEqual([null, address]);
	const pressed = await client.post('/midjourney/v1/action', { jobId, action: 'upsample2' });
	const single = await endOf(pressed.data.data.jobId);
	expect(single).toMatchObject({ action: 'upsample2', images: null, cdnImage: address });
	expect(single.components).toContain('upscale_subtle');
});
