/** Shows steps with their progress: redrawn in a terminal, an occasional line in a log. */
import { Listr, PRESET_TIMER } from 'listr2';

/**
 * @typedef {object} Step
 * @property {string} title
 * @property {(report: (text: string) => void) => Promise<unknown>} run
 */

/** In a log every report is a new line, so most are left out. */
const SECONDS_BETWEEN_LOG_LINES = 20;

/**
 * Runs the steps one after another. If one fails, throws its error and skips the rest.
 *
 * @param {Step[]} steps
 */
export async function runSteps(steps) {
	let failure;
	const tasks = steps.map(({ title, run }) => ({
		title,
		task: async (_context, task) => {
			try {
				await run(throttled((text) => (task.output = text)));
			} catch (error) {
				// The caller prints the error; the list only marks the step.
				failure = error;
				throw new Error('see below');
			}
		},
	}));
	const list = new Listr(tasks, {
		// processes.mjs handles signals, and stops what was started.
		registerSignalListeners: false,
		exitOnError: true,
		rendererOptions: { timer: PRESET_TIMER },
		fallbackRendererOptions: { timer: PRESET_TIMER },
	});
	await list.run().catch((error) => {
		throw failure ?? error;
	});
}

function throttled(report) {
	if (process.stdout.isTTY) return report;
	let last = Date.now();
	return (text) => {
		if (Date.now() - last < SECONDS_BETWEEN_LOG_LINES * 1000) return;
		last = Date.now();
		report(text);
	};
}
