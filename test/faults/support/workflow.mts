/** The workflow of an execution of the matrix. */
import { pairing, pausing } from '../../e2e/support/pausing.mts';
import { target, workflow, type Step } from '../../workflow.mts';
import type { Manner, PlannedRow } from './plan.mts';

export const NODE = 'TTAPI';
/** Behind all that succeeds, and behind all that fails. */
export const RESULTS = 'Results';
export const ERRORS = 'Errors';

interface Settings extends Pick<PlannedRow, 'mode' | 'maxInFlight' | 'maxWait'> {
	prompts: string[];
	manner: Manner;
	downloads: boolean;
}

/**
 *     Start ─ TTAPI ─ Results
 *               └─ Errors, if it continues
 */
export function matrixWorkflow(settings: Settings) {
	const { prompts, manner } = settings;
	const onError = manner.continues ? { onError: 'continueErrorOutput' as const } : {};
	const submits = { ...submitting(settings), ...onError, ...retrying(manner) };
	const start = { name: 'Start', type: 'n8n-nodes-base.manualTrigger' };
	return workflow(
		`faults ${prompts[0]}`,
		[start, submits, pairing(RESULTS), pairing(ERRORS)],
		{
			Start: { main: [target(NODE)] },
			[NODE]: { main: [target(RESULTS), target(ERRORS)] },
		},
		{ Start: prompts.map((prompt) => ({ prompt })) },
	);
}

const submitting = ({ mode, maxInFlight, maxWait, downloads }: Settings): Step =>
	pausing(NODE, {
		waitForResult: mode,
		download: downloads ? 'grid' : 'none',
		// A wait that runs out is told by "timedOut": none may, as the jobs are short.
		options: { pollInterval: 1, maxInFlight, maxWait, onTimeout: 'continue' },
	});

const retrying = ({ retriedBy }: Manner) =>
	retriedBy === 'n8n' ? { retryOnFail: true, maxTries: 3, waitBetweenTries: 1_000 } : {};
