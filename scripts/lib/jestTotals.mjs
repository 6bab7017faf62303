/** A jest reporter that tells `npm test` the totals and what failed, and fails a run without tests. */
import path from 'node:path';

export default class JestTotals {
	total = 0;

	/** @param {unknown} _contexts @param {import('@jest/reporters').AggregatedResult} results */
	onRunComplete(
		_contexts,
		{ numPassedTests, numFailedTests, numRuntimeErrorTestSuites, testResults },
	) {
		// A file that can't be loaded has no failed tests, but counts as a failure.
		const failed = numFailedTests + numRuntimeErrorTestSuites;
		this.total = numPassedTests + failed;
		const failures = testResults.flatMap(({ testFilePath, testResults: tests, failureMessage }) => {
			const file = path.relative(process.cwd(), testFilePath);
			const names = tests
				.filter(({ status }) => status === 'failed')
				.map(({ fullName }) => fullName);
			if (names.length > 0) return names.map((name) => ({ file, name }));
			return failureMessage ? [{ file }] : [];
		});
		process.send?.({ passed: numPassedTests, failed, failures });
	}

	/** jest calls this at the end. An error makes its exit code 1. */
	getLastError() {
		return this.total === 0 ? new Error('No test ran.') : undefined;
	}
}
