/**
 * The direction of imports (see CONTRIBUTING, Where things are): a floor imports only from those below it, and a circle
 * fails. `npm run check:imports` checks it. Types count like code.
 */

/** The rooms of nodes/TtapiMidjourney, from the top floor to the ground. Rooms on one floor do not know each other. */
const FLOORS = [
	['actions', 'methods'],
	['run'],
	['pausing', 'trigger'],
	['callbacks', 'output'],
	['parameters', 'ledger'],
	['images'],
	['downloads'],
	['transport'],
	['n8n'],
	['prompts'],
	['jobs'],
];

const NODE = '^nodes/TtapiMidjourney/';
const inRooms = (rooms) => `${NODE}(?:${rooms.join('|')})/`;

const floorRules = FLOORS.flatMap((rooms, floor) =>
	rooms.map((room) => {
		const above = FLOORS.slice(0, floor).flat();
		const beside = rooms.filter((other) => other !== room);
		return {
			name: `${room} imports only from the floors below`,
			severity: 'error',
			from: { path: inRooms([room]) },
			to: {
				path: [`${NODE}[^/]+$`, ...[above, beside].filter((list) => list.length).map(inRooms)],
			},
		};
	}),
);

module.exports = {
	forbidden: [
		...floorRules,
		{
			name: 'each room has its floor',
			severity: 'error',
			from: { path: NODE, pathNot: [`${NODE}[^/]+$`, inRooms(FLOORS.flat())] },
			to: {},
		},
		{
			name: 'no circle',
			severity: 'error',
			from: {},
			to: { circular: true },
		},
		{
			name: 'jobs and prompts are pure: nothing of n8n in them',
			severity: 'error',
			from: { path: inRooms(['jobs', 'prompts']) },
			to: { path: 'n8n-workflow' },
		},
		{
			name: 'what is published imports nothing but n8n-workflow and node:crypto',
			severity: 'error',
			from: { path: '^(?:nodes|credentials)/' },
			to: { pathNot: ['^(?:nodes|credentials)/', 'n8n-workflow', '^(?:node:)?crypto$'] },
		},
	],
	options: {
		tsConfig: { fileName: 'tsconfig.json' },
		tsPreCompilationDeps: true,
		doNotFollow: { path: 'node_modules' },
	},
};
