import { expect, test } from '@jest/globals';

import {
	InputError,
	rethrowUnlessTransient,
	TransientError,
	StoppedError,
	TtapiError,
} from '../../../nodes/TtapiMidjourney/jobs/errors.ts';

test('an error of TTAPI keeps what it knows of the job', () => {
	const facts = {
		description: 'Top up.',
		jobId: 'abc',
		status: 'FAILED',
		httpStatus: 402,
	} as const;
	const error = new TtapiError('No quota', facts);
	expect(error).toMatchObject({ message: 'No quota', ...facts });
});

test('trouble that another read may end is given back', () => {
	const trouble = new TransientError('busy', { description: '', retryAfterMs: 2_000 });
	expect(rethrowUnlessTransient(trouble)).toBe(trouble);
	expect(trouble).toBeInstanceOf(TtapiError);
	expect(trouble.retryAfterMs).toBe(2_000);
});

test.each([
	['a refusal', new TtapiError('refused', { description: '' })],
	['wrong input', new InputError('wrong', '')],
	['a Stop', new StoppedError()],
	['anything else', new TypeError('a bug')],
])('%s is no transient trouble', (_, error) => {
	expect(() => rethrowUnlessTransient(error)).toThrow(error);
});
