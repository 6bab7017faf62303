/** The workflow of an execution of the matrix. */
import { jobWait, pairing, pausing, type Json } from '../../e2e/support/pausing.mts';
import { target, workflow, type Step } from '../../workflow.mts';
import type { Manner, PlannedRow } from './plan.mts';

export const NODE = 'TTAPI';
export const WAIT = 'Wait';
/** Behind all that succeeds, and behind all that fails. */
export const RESULTS = 'Results';
export const ERRORS = 'Errors';

interface Settings extends Pick<PlannedRow, 'mode' | 'maxInFlight' | 'maxWait'> {
	prompts: string[];
	manner: Manner;
	downloads: boolean;
}

/**
 *     Start ─ TTAPI ─ (Wait, where it pauses) ─ Results
 *               └──────────────┴─ Errors, where it continues
 */
export function matrixWorkflow(settings: Settings) {
	const { prompts, manner, mode } = settings;
	const onError = manner.continues ? { onError: 'continueErrorOutput' as const } : {};
	const steps: Step[] = [{ ...submitting(settings), ...onError, ...retrying(manner) }];
	if (mode === 'callback') steps.push({ ...waiting(settings), ...onError });
	const line = [...steps.map(({ name }) => name), RESULTS];
	const start = { name: 'Start', type: 'n8n-nodes-base.manualTrigger' };
	return workflow(
		`faults ${prompts[0]}`,
		[start, ...steps, pairing(RESULTS), pairing(ERRORS)],
		{
			Start: { main: [target(NODE)] },
			...Object.fromEntries(
				steps.map(({ name }, at) => [name, { main: [target(line[at + 1]), target(ERRORS)] }]),
			),
		},
		{ Start: prompts.map((prompt) => ({ prompt })) },
	);
}

function submitting({ mode, maxInFlight, maxWait, downloads }: Settings): Step {
	const options: Json = { pollInterval: 1, maxInFlight, maxWait };
	return pausing(NODE, {
		waitForResult: mode,
		download: downloadOf(downloads),
		// What a lost callback leaves unfinished is for the node behind.
		options: mode === 'callback' ? { ...options, onTimeout: 'continue' } : options,
	});
}

/** Completes what a lost callback has left unfinished; what has ended it only looks at. */
function waiting({ downloads }: Settings): Step {
	const step = jobWait(WAIT);
	return { ...step, parameters: { ...step.parameters, download: downloadOf(downloads) } };
}

const downloadOf = (downloads: boolean) => (downloads ? 'grid' : 'none');

const retrying = ({ retriedBy }: Manner) =>
	retriedBy === 'n8n' ? { retryOnFail: true, maxTries: 3, waitBetweenTries: 1_000 } : {};
