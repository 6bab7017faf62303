/** Steps shown with their progress: redrawn in a terminal, one line now and then in a log. */
import { Listr } from 'listr2';

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
	const tasks = steps.map(({ title, run }) => ({
		title,
		task: (_context, task) => run(throttled((text) => (task.output = text))),
	}));
	await new Listr(tasks, {
		// Signals are handled in processes.mjs: everything that was started is ended first.
		registerSignalListeners: false,
		rendererOptions: { timer: { condition: true, field: seconds } },
		fallbackRendererOptions: { timer: { condition: true, field: seconds } },
	}).run();
}

/** @param {number} milliseconds */
const seconds = (milliseconds) => `${Math.round(milliseconds / 1000)} s`;

function throttled(report) {
	if (process.stdout.isTTY) return report;
	let last = Date.now();
	return (text) => {
		if (Date.now() - last < SECONDS_BETWEEN_LOG_LINES * 1000) return;
		last = Date.now();
		report(text);
	};
}
