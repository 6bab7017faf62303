/**
 * Pins of n8n's behaviour (docs/n8n.md) in this file: 2.x refuses a resume URL without its token, on 1.x the id alone
 * reaches the node, an answer without data keeps the execution waiting, n8n takes a body of 5 MB and answers 422 to broken
 * JSON.
 */
import { expect, test } from '@jest/globals';
import type { JobRecord } from '../../simulator/startSimulator.mts';
import {
	IN_OUR_HANDS,
	jsonOf,
	paired,
	pairsOf,
	pausing,
	post,
	prompts,
	startPausing,
	type Answer,
	type Json,
} from './support/pausing.mts';

const pauses = await startPausing();
const { isVersion1 } = pauses.world.client;
const ITEMS = prompts('a red fox', 'a blue whale');
const STRANGE = '11111111-2222-4333-8444-555555555555';

const bare = (url: string) => url.split('?')[0];
const claim = (jobId: string, more: Json = {}) => ({
	status: 'SUCCESS',
	jobId,
	message: 'success',
	data: { jobId, action: 'imagine', cdnImage: 'https://evil.example.com/picture.png', ...more },
});

interface Forged {
	what: string;
	send: (job: JobRecord) => Promise<Answer>;
	/** What n8n or the node answers. */
	status: number;
}

const FORGED: Forged[] = [
	{
		what: 'for a job that nobody knows',
		send: async ({ hookUrl }) => await post(hookUrl, claim(STRANGE)),
		status: 200,
	},
	{
		what: 'for a job that still runs',
		send: async ({ hookUrl, jobId }) => await post(hookUrl, claim(jobId)),
		status: 200,
	},
	{
		what: 'that says that a running job has failed',
		send: async ({ hookUrl, jobId }) =>
			await post(hookUrl, { status: 'FAILED', jobId, message: 'Job Timeout', data: [] }),
		status: 200,
	},
	{
		what: 'with a wrong token',
		send: async ({ hookUrl, jobId }) =>
			await post(`${bare(hookUrl)}?signature=${'0'.repeat(64)}`, claim(jobId)),
		status: isVersion1 ? 200 : 401,
	},
	{
		what: 'without a token',
		send: async ({ hookUrl, jobId }) => await post(bare(hookUrl), claim(jobId)),
		status: isVersion1 ? 200 : 401,
	},
	{
		what: 'of JSON that is no callback',
		send: async ({ hookUrl }) => await post(hookUrl, [{ status: ['SUCCESS'], jobId: {} }, null, 7]),
		status: 200,
	},
	{
		what: 'whose job id is an object',
		send: async ({ hookUrl }) =>
			await post(hookUrl, { jobId: { toString: 'x' }, status: 'SUCCESS' }),
		status: 200,
	},
	{
		what: 'of broken JSON',
		send: async ({ hookUrl }) => await post(hookUrl, '{"status": "SUCCESS", "jobId":'),
		status: 422,
	},
	{
		what: 'of plain text',
		send: async ({ hookUrl }) => await post(hookUrl, 'SUCCESS', { 'content-type': 'text/plain' }),
		status: 200,
	},
	{
		what: 'of a form',
		send: async ({ hookUrl, jobId }) =>
			await post(hookUrl, new URLSearchParams({ status: 'SUCCESS', note: jobId }).toString(), {
				'content-type': 'application/x-www-form-urlencoded',
			}),
		status: 200,
	},
	{
		what: 'of 5 MB',
		send: async ({ hookUrl }) =>
			await post(hookUrl, { ...claim(STRANGE), more: 'x'.repeat(5_000_000) }),
		status: 200,
	},
	{
		what: 'with an empty body',
		send: async ({ hookUrl }) => await post(hookUrl, undefined),
		status: 200,
	},
	{
		what: 'to a path below the resume URL',
		send: async ({ hookUrl, jobId }) => {
			const [address, query = ''] = hookUrl.split('?');
			return await post(`${address}/more?${query}`, claim(jobId));
		},
		status: 404,
	},
];

test.each(FORGED)('a forged callback $what resumes nothing', async ({ send, status }) => {
	pauses.addFaults(...IN_OUR_HANDS);
	const id = await pauses.startPaused(ITEMS, pausing('TTAPI'));
	const answer = await send(pauses.job('a red fox'));
	expect(answer).toMatchObject({ status });
	if (status === 200) expect(answer.body).toEqual({ message: expect.any(String) });
	expect(JSON.stringify(answer.body ?? '')).not.toContain(pauses.simulator.apiKey);
	expect(await pauses.status(id)).toBe('waiting');
	expect(pauses.counter.runs(id)).toBe(0);

	await expectRightEnd(id);
});

test('many forged callbacks at once resume nothing', async () => {
	pauses.addFaults(...IN_OUR_HANDS);
	const id = await pauses.startPaused(ITEMS, pausing('TTAPI'));
	const { hookUrl, jobId } = pauses.job('a red fox');
	const bodies = Array.from({ length: 20 }, (_, at) => claim(at % 2 ? jobId : STRANGE));
	const answers = await Promise.all(bodies.map(async (body) => await post(hookUrl, body)));
	for (const { status } of answers) expect(status).toBe(200);
	expect(await pauses.status(id)).toBe('waiting');
	expect(pauses.counter.runs(id)).toBe(0);

	await expectRightEnd(id);
});

test('a forged callback for jobs that have ended resumes with what TTAPI says, not with what it says', async () => {
	pauses.addFaults(...IN_OUR_HANDS);
	const id = await pauses.startPaused(ITEMS, pausing('TTAPI'));
	pauses.finish(...pauses.jobs());
	const { hookUrl, jobId } = pauses.job('a red fox');
	await post(hookUrl, claim(jobId, { prompt: 'forged' }));

	const execution = await pauses.ended(id);
	expect(pairsOf(execution)).toEqual(paired(ITEMS));
	expect(JSON.stringify(execution.data.resultData.runData)).not.toContain('evil');
	expect(jsonOf(execution, 'TTAPI').map(({ cdnImage }) => cdnImage)).toEqual(
		ITEMS.map(({ prompt }) => expect.stringContaining(pauses.job(prompt).jobId)),
	);
});

async function expectRightEnd(id: string) {
	pauses.finish(...pauses.jobs());
	expect((await pauses.callBack(pauses.job('a blue whale'))).status).toBe(200);
	const execution = await pauses.ended(id);
	expect(execution.status).toBe('success');
	expect(pairsOf(execution)).toEqual(paired(ITEMS));
	expect(JSON.stringify(execution.data.resultData.runData)).not.toContain('evil');
	expect(pauses.counter.runs(id)).toBe(1);
}
