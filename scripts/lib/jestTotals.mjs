/** A jest reporter: tells `npm test` how many tests passed and failed, and fails a run without a test. */
export default class JestTotals {
	passed = 0;
	failed = 0;

	onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
		this.passed = numPassedTests;
		// A file that could not even be loaded has no failed test, and is a failure all the same.
		this.failed = numFailedTests + numRuntimeErrorTestSuites;
		process.send?.({ passed: this.passed, failed: this.failed });
	}

	/** What jest asks every reporter at the end; an error makes its exit code 1. */
	getLastError() {
		return this.passed + this.failed === 0 ? new Error('No test ran.') : undefined;
	}
}
