/**
 * Job ID as n8n saves it, and the list that its editor shows.
 *
 * Pins of n8n's behaviour in this file (docs/n8n.md, Fields): what the editor gets for the list of a resource locator, and
 * for an error in its place.
 */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { itemsOf } from '../../scripts/n8n/client.mjs';
import { HISTORY, OPERATIONS } from '../operations.mts';
import { finishedVideo } from './support/jobs.mts';
import { submitJob } from './support/trigger.mts';
import { ttapiWorkflow } from './support/workflow.mts';
import { startWorld, type World } from './support/world.mts';

type Json = Record<string, any>;

const world = await startWorld({ jobMs: 300 });
const { client, credentials, simulator } = world;
const withoutHistory = await startWorld({ history: false });
const otherSpelling = await startWorld({ dialect: 'new', spelling: { history: 'page' } });
beforeEach(() => simulator.reset());

const GRID = 'afa774a3-1aee-5aba-4510-14818d6875e4';
const SINGLE = 'f5850038-90a3-8a97-0476-107ea4b8dac4';

const chosen = { cachedResultName: 'a fox · Imagine', cachedResultUrl: 'https://c.example/1.png' };
const byId = (value: string) => ({ __rl: true, mode: 'id', value });
const fromList = (value: string) => ({ __rl: true, mode: 'list', value, ...chosen });

describe('a saved workflow', () => {
	test.each<[form: string, jobId: unknown]>([
		['nothing: the job of the item', undefined],
		['a plain text', GRID],
		['a plain text with an expression', "={{ $('Start').item.json.other }}"],
		['By ID', byId(GRID)],
		['By ID with spaces', byId(`  ${GRID} `)],
		['By ID with an expression', byId("={{ $('Start').item.json.other }}")],
		['From List', fromList(GRID)],
	])('may hold its job as %s', async (_form, jobId) => {
		simulator.addFinishedJob({ jobId: GRID });
		const given = jobId === undefined ? {} : { jobId };
		const options = { pollInterval: 1 };
		const workflow = ttapiWorkflow(
			[{ jobId: GRID, other: GRID }],
			{ name: 'Get', parameters: { resource: 'job', ...given } },
			{ name: 'Wait', parameters: { resource: 'job', operation: 'wait', ...given, options } },
			{ name: 'Press', parameters: { operation: 'action', jobId: fromList(GRID), options } },
			{ name: 'Seed', parameters: { operation: 'getSeed', options } },
		);
		const execution = await client.runWorkflow(await client.createWorkflow(workflow, credentials));
		expect(execution.data.resultData.error?.message).toBeUndefined();
		for (const name of ['Get', 'Wait'])
			expect(itemsOf(execution, name)).toMatchObject([{ json: { jobId: GRID } }]);
		const [{ json: pressed }] = itemsOf(execution, 'Press');
		expect(pressed).toMatchObject({ status: 'SUCCESS', action: 'upsample1' });
		const bodies = simulator.state().requests.filter(({ method }) => method === 'POST');
		expect(bodies.map(({ path, body }: Json) => [path, body.jobId])).toEqual([
			[OPERATIONS.action.path, GRID],
			[OPERATIONS.getSeed.path, pressed.jobId],
		]);
	});

	test('that chose no job does not run', async () => {
		const parameters = { resource: 'job', jobId: { __rl: true, mode: 'list', value: '' } };
		const workflow = ttapiWorkflow([{}], { parameters });
		const running = client.runWorkflow(await client.createWorkflow(workflow, credentials));
		const said = await running.then(
			({ data }) => data.resultData.error.message,
			// n8n 1.x does not even start it.
			(error: Error) => error.message,
		);
		expect(said).toMatch(/has issues/);
		expect(simulator.state().requests).toEqual([]);
	});
});

describe('the list in the editor', () => {
	/** Asks as the editor does. */
	async function ask(parameters: Json, more: Json = {}, place: World = world): Promise<Json> {
		const { id, name } = place.credential;
		const { data } = await place.client.http.post(
			'/dynamic-node-parameters/resource-locator-results',
			{
				...{ path: 'parameters.jobId', methodName: 'searchJobs' },
				nodeTypeAndVersion: { name: 'n8n-nodes-ttapi.ttapiMidjourney', version: 1 },
				currentNodeParameters: { ...parameters, jobId: { __rl: true, mode: 'list', value: '' } },
				credentials: { ttapiApi: { id, name } },
				...more,
			},
		);
		return data.data;
	}
	const valuesOf = ({ results }: Json) => results.map(({ value }: Json) => value);

	const GET = { resource: 'job' };
	const ACTION = { resource: 'image', operation: 'action' };
	const INPAINT = { resource: 'image', operation: 'inpaint' };
	const EXTEND = { resource: 'video', operation: 'extend' };

	test.each([
		['rows in a list', world],
		['rows in a page, in the other spelling', otherSpelling],
	])('has names, ids and addresses, and costs nothing: %s', async (_title, place) => {
		const { simulator } = place;
		simulator.reset();
		simulator.addFinishedJob({ jobId: GRID, prompt: 'a red fox --ar 3:2' });
		simulator.addFinishedJob({ jobId: SINGLE, prompt: 'a red fox --ar 3:2', upscaled: true });
		const item = (jobId: string, label: string) => ({
			...{ name: `a red fox --ar 3:2 · ${label}`, value: jobId },
			url: `${simulator.url}/pictures/${jobId}.png`,
		});
		expect(await ask(ACTION, {}, place)).toEqual({
			results: [item(SINGLE, 'Upscale 1 (U1)'), item(GRID, 'Imagine')],
		});
		expect(simulator.state().requests.map(({ path }) => path)).toEqual([HISTORY]);
	});

	test('has what fits each operation', async () => {
		simulator.addFinishedJob({ jobId: GRID });
		simulator.addFinishedJob({ jobId: SINGLE, upscaled: true });
		const seed = await submitJob(simulator, { jobId: GRID }, OPERATIONS.getSeed.path);
		simulator.finishJob(seed, 'SUCCESS');
		const video = await finishedVideo(simulator);
		expect(valuesOf(await ask(GET))).toEqual([video, seed, SINGLE, GRID]);
		expect(valuesOf(await ask({ ...GET, operation: 'wait' }))).toEqual([video, seed, SINGLE, GRID]);
		expect(valuesOf(await ask(ACTION))).toEqual([SINGLE, GRID]);
		expect(valuesOf(await ask(INPAINT))).toEqual([SINGLE]);
		expect(valuesOf(await ask({ ...ACTION, operation: 'getSeed' }))).toEqual([SINGLE, GRID]);
		expect(valuesOf(await ask(EXTEND))).toEqual([video]);
		expect(
			simulator.state().requests.filter(({ path }) => path !== OPERATIONS['video.create'].path),
		).toHaveLength(7);
	});

	test('goes on page after page, up to 300 jobs, and finds what is on any of them', async () => {
		for (let n = 0; n < 320; n++)
			simulator.addFinishedJob({ jobId: `job-${n}`, prompt: `Picture ${n}.` });
		const values: string[] = [];
		const tokens: unknown[] = [];
		let paginationToken: string | undefined;
		do {
			const page = await ask(GET, paginationToken === undefined ? {} : { paginationToken });
			values.push(...valuesOf(page));
			({ paginationToken } = page);
			tokens.push(paginationToken);
		} while (paginationToken !== undefined);
		expect(values).toEqual(Array.from({ length: 300 }, (_, n) => `job-${319 - n}`));
		expect(tokens).toEqual(['100', '200', undefined]);

		const find = async (filter: string) => valuesOf(await ask(GET, { filter }));
		expect(await find('PICTURE 77.')).toEqual(['job-77']);
		expect(await find('JOB-123')).toEqual(['job-123']);
		expect(await find('picture 19.')).toEqual([]);
		const pages = simulator.state().requests.map(({ query }: Json) => query.page);
		expect(pages).toEqual(['1', '2', '3']);
	});

	test('may be empty', async () => {
		expect(await ask(GET)).toEqual({ results: [] });
	});

	test.each<[string, () => Promise<Json>, RegExp, RegExp]>([
		[
			'the host has no history',
			async () => await ask(GET, {}, withoutHistory),
			/^This TTAPI host has no job history$/,
			/^Choose By ID/,
		],
		[
			'the key is refused',
			async () => {
				const { data, ...credential } = world.credential;
				const wrong = await client.createCredential({
					...{ name: `Wrong key ${simulator.url}`, type: credential.type },
					data: { ...data, apiKey: 'not-the-key' },
				});
				const { id, name } = wrong;
				return await ask(GET, { credentials: { ttapiApi: { id, name } } });
			},
			/^TTAPI refused the API key/,
			/Check the key/,
		],
	])('gives its place to a message where %s', async (_title, asking, says, advises) => {
		const { response } = await asking().catch((error: unknown) => error as Json);
		expect(response.data).toMatchObject({
			...{ message: expect.stringMatching(says), description: expect.stringMatching(advises) },
		});
		expect(JSON.stringify(response.data)).not.toMatch(/not-the-key|simulator-key/);
	});
});
