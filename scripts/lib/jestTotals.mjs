/** A jest reporter: prints `N passed, N failed` as the very last line of a run, behind summary and coverage. */
export default class JestTotals {
	onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
		// A file that could not even be loaded has no failed test, and is a failure all the same.
		const failed = numFailedTests + numRuntimeErrorTestSuites;
		process.once('exit', () => console.log(`${numPassedTests} passed, ${failed} failed`));
	}
}
