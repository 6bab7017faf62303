/**
 * Pin of n8n's behaviour in this file (docs/n8n.md, A crash): a paused execution is in n8n's database and survives a crash,
 * the date of its pause too.
 */
import { expect, test } from '@jest/globals';
import { startN8n } from '../../scripts/n8n/start.mjs';
import { eventually } from './support/eventually.mts';
import { startOwnN8n } from './support/ownN8n.mts';
import {
	jobWait,
	jsonOf,
	paired,
	Pausing,
	pairsOf,
	pausing,
	prompts,
	startPausing,
	type Start,
} from './support/pausing.mts';

const shared = await startPausing({ slots: 100 });
const own = await startOwnN8n(shared.world);
const pauses = new Pausing({ ...shared.world, ...own, n8n: own.n8n }, shared.counter);

async function crashAndStart(whileDown: () => Promise<void>) {
	await own.n8n.kill();
	await whileDown();
	const { folder, port, version } = own.n8n;
	own.n8n = await startN8n({ folder, port, version });
}

test('executions that are paused when n8n is killed go on after its start, by a callback or when Max Wait is over', async () => {
	// The names say when the job ends and its callback is sent.
	const names = ['after', 'after, in production', 'while down', 'while down too'];
	/** TTAPI calls once, and nobody watches the jobs after a kill. */
	const isLost = (name: string) => name.startsWith('while down');
	pauses.addFaults({ kind: 'jobNeverEnds' });
	const itemsOf = (name: string) => prompts(`${name}: one`, `${name}: two`);
	const start = async (name: string, maxWait?: number) => {
		const how: Start = name.includes('production') ? 'production' : 'manual';
		const ours = pausing('TTAPI', maxWait ? { options: { maxWait } } : {});
		const steps = maxWait ? [ours, jobWait()] : [ours];
		const workflow = await pauses.create(itemsOf(name), steps, { active: how === 'production' });
		return await pauses.paused(await pauses.start(workflow, how));
	};
	const ids: string[] = [];
	// Waiting for the lost callbacks ends when n8n has been up for a while.
	for (const name of names) ids.push(await start(name, isLost(name) ? 90 : undefined));
	const finish = (...some: string[]) =>
		pauses.finish(...some.flatMap((name) => itemsOf(name).map(({ prompt }) => pauses.job(prompt))));

	await crashAndStart(async () => {
		finish(...names.filter(isLost));
		await eventually(async () => pauses.simulator.state().callbacks.length === 4);
		// Nobody was there to take them.
		for (const { status } of pauses.simulator.state().callbacks) expect(status).toBeNull();
	});
	for (const id of ids.slice(0, 2)) {
		expect(await pauses.status(id)).toBe('waiting');
		expect(pauses.counter.runs(id)).toBe(0);
	}
	finish('after', 'after, in production');

	for (const [at, name] of names.entries()) {
		const execution = await pauses.ended(ids[at], 300);
		expect([name, execution.status]).toEqual([name, 'success']);
		expect(pairsOf(execution)).toEqual(paired(itemsOf(name)));
		expect([name, pauses.counter.runs(ids[at])]).toEqual([name, 1]);
		const results = jsonOf(execution, isLost(name) ? 'Wait' : 'TTAPI');
		expect(results.map(({ status }) => status)).toEqual(['SUCCESS', 'SUCCESS']);
		if (isLost(name)) {
			for (const json of jsonOf(execution, 'TTAPI')) {
				expect(json).toMatchObject({ timedOut: true, jobId: expect.any(String) });
			}
		}
	}
	expect(pauses.jobs()).toHaveLength(2 * names.length);
}, 600_000);

test('a crash during the resume loses neither the pause nor the callback', async () => {
	pauses.addFaults(
		{ kind: 'jobNeverEnds' },
		{ kind: 'callbackLost' },
		{ kind: 'slow', ms: 3_000, endpoint: 'fetch' },
	);
	const id = await pauses.startPaused(prompts('a red fox'), pausing('TTAPI'));
	const job = pauses.job('a red fox');
	const { fetches } = job;
	pauses.finish(job);
	const callback = pauses.callBack(job).catch((error: Error) => error);
	const asked = () =>
		pauses.simulator.state().requests.filter(({ endpoint }) => endpoint === 'fetch').length;
	await eventually(async () => asked() > fetches);
	await crashAndStart(async () => {
		expect(await callback).toBeInstanceOf(Error);
		pauses.simulator.clearFaults();
	});

	expect(await pauses.status(id)).toBe('waiting');
	expect((await pauses.callBack(job)).status).toBe(200);
	const execution = await pauses.ended(id);
	expect(pairsOf(execution)).toEqual(paired(prompts('a red fox')));
	expect(pauses.counter.runs(id)).toBe(1);
}, 300_000);
