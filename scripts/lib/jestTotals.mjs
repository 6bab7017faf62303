/** A jest reporter that sends the totals to `npm test`, and fails a run without tests. */
export default class JestTotals {
	passed = 0;
	failed = 0;

	onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
		this.passed = numPassedTests;
		// A file that can't be loaded has no failed tests, but counts as a failure.
		this.failed = numFailedTests + numRuntimeErrorTestSuites;
		process.send?.({ passed: this.passed, failed: this.failed });
	}

	/** jest calls this at the end. An error makes its exit code 1. */
	getLastError() {
		return this.passed + this.failed === 0 ? new Error('No test ran.') : undefined;
	}
}
