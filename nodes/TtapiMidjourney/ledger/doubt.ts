import { ANSWERS } from '../jobs/answers';
import { DoubtfulError } from '../jobs/errors';
import type { Found } from './seekJob';

const NOT_AGAIN = 'It was not sent again, so that nothing is paid twice.';

/** The same doubt, with what TTAPI's history says about it. */
export function withFindings(
	doubt: DoubtfulError,
	found: Exclude<Found, { kind: 'job' }>,
): DoubtfulError {
	return new DoubtfulError(doubt.message, {
		...doubt,
		description: `${NOT_AGAIN} ${whatToDo(found)}`,
	});
}

function whatToDo(found: Exclude<Found, { kind: 'job' }>): string {
	switch (found.kind) {
		case 'candidates':
			return `TTAPI's history has what may be it: ${found.jobIds.join(', ')}. Job > Wait with the right job ID gets the result.`;
		case 'none':
			return "TTAPI's history, which lists jobs that have ended, does not have it so far. Retry the execution in 20 minutes or more: it is submitted again only if the history still has no such job then.";
		case 'unknown':
			return ANSWERS.answerLost.toDo;
	}
}
