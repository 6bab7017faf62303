/** The balance of the matrix is not blind: whatever goes wrong is found, and nothing else. */
import { describe, expect, test } from '@jest/globals';
import {
	balance,
	nothingWrong,
	type Balance,
	type EndedExecution,
	type Output,
} from './support/balance.mts';

const NOTHING = nothingWrong();

/** Each job takes 100 ms. */
const job = (jobId: string, prompt: string, more = {}) => ({
	...{ jobId, prompt, status: 'SUCCESS' as const, message: '', submittedAt: 0, endedAt: 100 },
	...more,
});
const result = (jobId: string, prompt: string, more = {}): Output => ({
	startedWith: prompt,
	json: { jobId, prompt, status: 'SUCCESS' },
	...more,
});
const error = (prompt: string, facts: object): Output => ({
	startedWith: prompt,
	json: { prompt, error: { message: 'it failed', ...facts } },
});

/** Two items that came out well, with the jobs of both. */
function twoItems() {
	const items: EndedExecution['items'] = ['a fox', 'a whale'].map((prompt) => ({
		prompt,
		ending: 'result',
	}));
	const execution: EndedExecution = {
		items,
		outputs: [result('job-1', 'a fox'), result('job-2', 'a whale')],
		maxInFlight: 2,
	};
	return { jobs: [job('job-1', 'a fox'), job('job-2', 'a whale')], execution };
}

/** The balance of two good items, one of which something is done to. */
function afterChange(
	change: (good: ReturnType<typeof twoItems>) => Partial<EndedExecution> | void,
): Balance {
	const good = twoItems();
	const changed = change(good);
	return balance(good.jobs as never, [{ ...good.execution, ...changed }]);
}

/** Only this is wrong, in one place, and the sentence names it. */
function expectOnly(found: Balance, what: keyof Balance, ...said: string[]): void {
	expect({ ...found, [what]: [] }).toEqual(NOTHING);
	expect(found[what]).toHaveLength(1);
	for (const each of said) expect(found[what][0]).toContain(each);
}

test('finds nothing where all is well', () => {
	expect(afterChange(() => {})).toEqual(NOTHING);
});

describe('finds as lost', () => {
	test('a job that no output names', () => {
		const found = afterChange(({ jobs }) => {
			jobs.push(job('job-3', 'a hare', { submittedAt: 200, endedAt: 300 }));
		});
		expectOnly(found, 'lost', 'job-3', 'a hare');
	});

	test('the job of an error that does not name it', () => {
		const found = afterChange(({ execution }) => ({
			items: execution.items.map((item) => ({ ...item, ending: 'either' })),
			outputs: [result('job-1', 'a fox'), error('a whale', { description: 'Look elsewhere.' })],
		}));
		expectOnly(found, 'lost', 'job-2');
	});

	test('a failed job that no output names', () => {
		const found = afterChange(({ jobs }) => {
			jobs.push(job('job-3', 'a hare', { status: 'FAILED', submittedAt: 200, endedAt: 300 }));
		});
		expectOnly(found, 'lost', 'job-3');
	});

	test('an item that did not come out', () => {
		const found = afterChange(({ jobs }) => {
			jobs.pop();
			return { outputs: [result('job-1', 'a fox')] };
		});
		expectOnly(found, 'lost', 'a whale');
	});
});

describe('does not find as lost', () => {
	test.each([
		['in its description', { description: 'Perhaps it is job-2.' }],
		['as its job', { jobId: 'job-2', status: 'SUCCESS' }],
	])('the job of an error that names it %s', (_where, facts) => {
		const found = afterChange(({ execution }) => ({
			items: execution.items.map((item) => ({ ...item, ending: 'either' })),
			outputs: [result('job-1', 'a fox'), error('a whale', facts)],
		}));
		expect(found).toEqual(NOTHING);
	});

	test('the jobs that the error of a failed execution names', () => {
		const found = afterChange(({ execution }) => ({
			items: execution.items.map((item) => ({ ...item, ending: 'error' })),
			outputs: [],
			failure: 'Submitted: job-1 (item 0), job-2 (item 1)',
		}));
		expect(found).toEqual(NOTHING);
	});
});

test('counts a job as told that was named before a person retried the execution', () => {
	const found = afterChange(({ jobs, execution }) => {
		jobs.push(job('job-3', 'a hare', { submittedAt: 200, endedAt: 300 }));
		return {
			items: execution.items.map((item) => ({ ...item, ending: 'either' })),
			earlierFailure: 'Submitted: job-3 (item 0)',
		};
	});
	expect(found).toEqual(NOTHING);
});

describe('finds as doubled', () => {
	const second = job('job-3', 'a fox', { submittedAt: 200, endedAt: 300 });

	test.each(['SUCCESS', 'ON_QUEUE'])('a second job of a prompt after one that is %s', (status) => {
		const found = afterChange(({ jobs, execution }) => {
			jobs.push(second);
			jobs[0].status = status as never;
			const [fox, whale] = execution.outputs;
			return {
				outputs: [{ ...fox, json: { ...fox.json, jobId: 'job-3', before: 'job-1' } }, whale],
			};
		});
		expectOnly(found, 'doubled', 'job-3', 'job-1');
	});

	test('a second job after one that failed by a violation', () => {
		const found = afterChange(({ jobs, execution }) => {
			jobs.push(second);
			Object.assign(jobs[0], { status: 'FAILED', message: '[Banned prompt detected]' });
			const [fox, whale] = execution.outputs;
			return {
				outputs: [{ ...fox, json: { ...fox.json, jobId: 'job-3', before: 'job-1' } }, whale],
			};
		});
		expectOnly(found, 'doubled', 'job-3');
	});

	test('whichever of the two was listed first', () => {
		const found = afterChange(({ jobs, execution }) => {
			jobs.unshift(second);
			const [fox, whale] = execution.outputs;
			return { outputs: [{ ...fox, json: { ...fox.json, before: 'job-3' } }, whale] };
		});
		expectOnly(found, 'doubled', 'job-3 follows job-1');
	});

	test('but not one after a failure that is worth another try, whose job need not be named', () => {
		const found = afterChange(({ jobs, execution }) => {
			jobs.push(second);
			Object.assign(jobs[0], { status: 'FAILED', message: 'Job Timeout' });
			return { outputs: [result('job-3', 'a fox'), execution.outputs[1]] };
		});
		expect(found).toEqual(NOTHING);
	});
});

describe('finds as the wrong item', () => {
	test('two results that are swapped', () => {
		const found = afterChange(() => ({
			outputs: [
				{ ...result('job-2', 'a whale'), startedWith: 'a fox' },
				{ ...result('job-1', 'a fox'), startedWith: 'a whale' },
			],
		}));
		expect({ ...found, wrongItem: [] }).toEqual(NOTHING);
		// Each names the other one's job, and has its prompt.
		expect(found.wrongItem).toHaveLength(4);
	});

	test('two errors that are swapped', () => {
		const found = afterChange(({ execution }) => ({
			items: execution.items.map((item) => ({ ...item, ending: 'error' })),
			outputs: [error('a fox', { jobId: 'job-2' }), error('a whale', { jobId: 'job-1' })],
		}));
		expect({ ...found, wrongItem: [] }).toEqual(NOTHING);
		expect(found.wrongItem).toHaveLength(2);
	});

	test('an error that offers the job of another item', () => {
		const found = afterChange(({ execution }) => ({
			items: execution.items.map((item) => ({ ...item, ending: 'either' })),
			outputs: [result('job-1', 'a fox'), error('a whale', { description: 'job-1 or job-2' })],
		}));
		expectOnly(found, 'wrongItem', 'a whale', 'a fox');
	});

	test('an item that came out twice', () => {
		const found = afterChange(({ execution }) => ({
			outputs: [...execution.outputs, execution.outputs[1]],
		}));
		expectOnly(found, 'wrongItem', 'a whale', '2 times');
	});

	test('an output that belongs to no input', () => {
		const found = afterChange(({ execution }) => ({
			outputs: [
				...execution.outputs,
				{ startedWith: 'a stone', json: { status: 'SUCCESS', prompt: 'a stone' } },
			],
		}));
		expectOnly(found, 'wrongItem', 'a stone');
	});
});

describe('finds as the wrong state', () => {
	test.each(['ON_QUEUE', 'SUBMITTED', 'FAILED'])('a result that says %s of a success', (status) => {
		const found = afterChange(({ execution }) => ({
			outputs: [
				execution.outputs[0],
				{ startedWith: 'a whale', json: { jobId: 'job-2', prompt: 'a whale', status } },
			],
		}));
		expect({ ...found, wrongState: [] }).toEqual(NOTHING);
		expect(found.wrongState[0]).toContain(`says ${status}`);
	});

	test('a success that is none', () => {
		const found = afterChange(({ jobs }) => {
			Object.assign(jobs[1], { status: 'FAILED', message: 'Job Timeout' });
		});
		expectOnly(found, 'wrongState', 'a whale', 'FAILED');
	});

	test('an error that says the wrong state', () => {
		const found = afterChange(({ execution }) => ({
			items: execution.items.map((item) => ({ ...item, ending: 'either' })),
			outputs: [execution.outputs[0], error('a whale', { jobId: 'job-2', status: 'ON_QUEUE' })],
		}));
		expectOnly(found, 'wrongState', 'ON_QUEUE');
	});

	test('an error that no fault explains', () => {
		const found = afterChange(({ execution }) => ({
			outputs: [execution.outputs[0], error('a whale', { jobId: 'job-2' })],
		}));
		expectOnly(found, 'wrongState', 'a whale', 'no reason');
	});

	test('a result where there should be an error', () => {
		const found = afterChange(({ execution }) => ({
			items: execution.items.map((item) => ({ ...item, ending: 'error' })),
			outputs: [error('a fox', { jobId: 'job-1' }), execution.outputs[1]],
		}));
		expectOnly(found, 'wrongState', 'a whale', 'should have failed');
	});

	test('an execution that failed though no item of it may', () => {
		const found = afterChange(() => ({ outputs: [], failure: 'job-1 and job-2' }));
		expectOnly(found, 'wrongState', 'no reason');
	});

	test('such an execution also where it came through when a person retried it', () => {
		expectOnly(
			afterChange(() => ({ earlierFailure: 'It failed.' })),
			'wrongState',
			'no reason',
		);
	});

	test('a job that the simulator does not know', () => {
		const found = afterChange(({ execution }) => ({
			items: execution.items.map((item) => ({ ...item, ending: 'either' })),
			outputs: [
				execution.outputs[0],
				error('a whale', { jobId: 'job-9', description: 'not job-2' }),
			],
		}));
		expectOnly(found, 'wrongState', 'job-9');
	});

	test.each([
		['missing', undefined],
		['broken', 'broken' as const],
	])('a picture that is %s', (said, picture) => {
		const found = afterChange(() => ({
			downloads: true,
			outputs: [
				result('job-1', 'a fox', { picture: 'whole' }),
				result('job-2', 'a whale', { picture }),
			],
		}));
		expectOnly(found, 'wrongState', 'a whale', said);
	});

	test('but not a picture whose links are gone, where the result says so', () => {
		const found = afterChange(() => ({
			downloads: true,
			outputs: [
				result('job-1', 'a fox', { picture: 'whole' }),
				{
					startedWith: 'a whale',
					json: { ...result('job-2', 'a whale').json, downloadError: 'The link is gone.' },
				},
			],
		}));
		expect(found).toEqual(NOTHING);
	});
});

describe('finds as too many', () => {
	test('jobs that run at the same time beyond what the execution may have', () => {
		expectOnly(
			afterChange(() => ({ maxInFlight: 1 })),
			'tooMany',
			'2 in flight, not 1',
		);
	});

	test('but not one that begins when the other one has ended', () => {
		const found = afterChange(({ jobs }) => {
			Object.assign(jobs[1], { submittedAt: 100, endedAt: 200 });
			return { maxInFlight: 1 };
		});
		expect(found).toEqual(NOTHING);
	});
});

describe('finds as timed out', () => {
	const unfinished = { jobId: 'job-2', prompt: 'a whale', status: 'ON_QUEUE', timedOut: true };
	const afterTimeout = (
		{ jobs, execution }: ReturnType<typeof twoItems>,
		endedAt: number | null,
	) => {
		Object.assign(jobs[1], { endedAt });
		return { outputs: [execution.outputs[0], { startedWith: 'a whale', json: unfinished }] };
	};

	test('a job that has ended and comes out unfinished', () => {
		const found = afterChange((good) => afterTimeout(good, 100));
		expectOnly(found, 'timedOut', 'a whale', 'job-2', 'SUCCESS');
	});

	test('but not one that has not ended', () => {
		const { timedOut } = afterChange((good) => afterTimeout(good, null));
		expect(timedOut).toEqual([]);
	});
});
