import { expect, test } from '@jest/globals';
import type { IExecuteFunctions } from 'n8n-workflow';

import { DoubtfulError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { stillInDoubt } from '../../../nodes/TtapiMidjourney/ledger/doubt.ts';
import { Ledger } from '../../../nodes/TtapiMidjourney/ledger/ledger.ts';

const doubt = {
	message: 'The job may exist',
	description: 'It was not sent again. Look for it.',
	jobId: 'j',
	httpStatus: 504,
};
const newLedger = () =>
	Ledger.of({
		getContext: () => ({}),
		getWorkflowDataProxy: () => ({ $runIndex: 0 }),
	} as unknown as IExecuteFunctions);

test.each<[Parameters<typeof stillInDoubt>[3], RegExp, string[]]>([
	[
		{ kind: 'candidates', jobIds: ['one', 'two'], isLikely: true },
		/one, two.*Job > Wait/,
		['j', 'one', 'two'],
	],
	[{ kind: 'none', isProof: false }, /Retry the execution in an hour or more/, ['j', 'before']],
	[{ kind: 'unknown' }, /^It was not sent again. Look for it.$/, ['j', 'before']],
])('the error stays the same and says what to do: %j', (found, advice, candidates) => {
	const ledger = newLedger();
	const entry = { hash: 'h', sentAt: 1, doubt, candidates: ['before'] };
	const error = stillInDoubt(ledger, 3, entry, found);
	expect(error).toBeInstanceOf(DoubtfulError);
	expect(error).toMatchObject({ message: doubt.message, jobId: 'j', httpStatus: 504 });
	expect(error.description).toMatch(/^It was not sent again. Look for it./);
	expect(error.description).toMatch(advice);
	// Neither the id in the answer nor what the history has shown once is forgotten.
	expect(ledger.doubtful).toEqual([{ itemIndex: 3, candidates }]);
});
