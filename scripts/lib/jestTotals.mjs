/** A jest reporter: prints `N passed, N failed` as the very last line of a run, and fails a run without a test. */
export default class JestTotals {
	passed = 0;
	failed = 0;

	onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
		this.passed = numPassedTests;
		// A file that could not even be loaded has no failed test, and is a failure all the same.
		this.failed = numFailedTests + numRuntimeErrorTestSuites;
		// Summary, coverage and its threshold are printed after this.
		process.once('exit', () => console.log(`${this.passed} passed, ${this.failed} failed`));
	}

	/** What jest asks every reporter at the end; an error makes its exit code 1. */
	getLastError() {
		return this.passed + this.failed === 0 ? new Error('No test ran.') : undefined;
	}
}
