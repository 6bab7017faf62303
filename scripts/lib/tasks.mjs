/** Steps shown with their progress: redrawn in a terminal, one line now and then in a log. */
import { Listr, PRESET_TIMER } from 'listr2';

/**
 * @typedef {object} Step
 * @property {string} title
 * @property {(report: (text: string) => void) => Promise<unknown>} run
 */

/** In a log every report is a line of its own, so most are left out. */
const SECONDS_BETWEEN_LOG_LINES = 20;

/**
 * Runs the steps one after another; the first that fails ends them with its error.
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
				// The caller prints it once, in full; the list only marks the step.
				failure = error;
				throw new Error('see below');
			}
		},
	}));
	const list = new Listr(tasks, {
		// Signals are handled in processes.mjs: everything that was started is ended first.
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
