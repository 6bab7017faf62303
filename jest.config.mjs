/**
 * One jest for all levels; `npm test` runs them, `npm test -- unit engine` only these. Tests are native ES modules
 * (`.mts`, so jest needs Node's --experimental-vm-modules), the nodes are CommonJS as n8n wants them.
 */
const swc = (type) => [
	'@swc/jest',
	{
		jsc: {
			parser: { syntax: 'typescript' },
			target: 'es2022',
			// As in tsconfig.json.
			transform: { useDefineForClassFields: false },
		},
		module: { type },
		sourceMaps: 'inline',
	},
];

const project = (displayName, more = {}) => ({
	displayName,
	testMatch: [`<rootDir>/test/${displayName}/**/*.test.mts`],
	extensionsToTreatAsEsm: ['.mts'],
	moduleFileExtensions: ['ts', 'mts', 'mjs', 'js', 'cjs', 'json', 'node'],
	// Each holds an n8n with a package.json of its own.
	modulePathIgnorePatterns: ['<rootDir>/\\.demo/', '<rootDir>/\\.dev/'],
	transform: { '\\.mts$': swc('es6'), '\\.ts$': swc('commonjs') },
	...more,
});

/** One n8n for all files of a level. */
const withN8n = {
	globalSetup: '<rootDir>/test/e2e/support/globalSetup.mjs',
	globalTeardown: '<rootDir>/test/e2e/support/globalTeardown.mjs',
	setupFilesAfterEnv: ['<rootDir>/test/e2e/support/timeout.mts'],
};

export default {
	projects: [
		project('unit'),
		project('engine'),
		project('simulator'),
		project('e2e', withN8n),
		project('faults', withN8n),
		project('queue'),
	],
	reporters: ['default', '<rootDir>/scripts/lib/jestTotals.mjs'],
	collectCoverageFrom: ['nodes/**/*.ts', 'credentials/**/*.ts'],
	coverageDirectory: 'coverage',
	// No HTML: its scripts would be linted.
	coverageReporters: ['text', 'lcovonly'],
};
