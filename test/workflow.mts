/** Workflows as n8n exports them, for the tests of all levels: a test says only what is special about a node. */

type Json = Record<string, any>;

export interface Step {
	name: string;
	type: string;
	typeVersion?: number;
	parameters?: Json;
	onError?: 'continueRegularOutput' | 'continueErrorOutput';
	[setting: string]: unknown;
}

/** Our node, as n8n names it. */
export const OUR_NODE = 'n8n-nodes-ttapi.ttapiMidjourney';

/** For a node of ours; `createWorkflow` of the tests' client sets the id. */
export const CREDENTIALS = { ttapiApi: { id: null, name: 'TTAPI account' } };

export const noOp = (name: string): Step => ({ name, type: 'n8n-nodes-base.noOp' });

/** The one input that an output leads to. */
export const target = (node: string, type = 'main') => [{ node, type, index: 0 }];

/**
 * @param connections by the name of the node that they leave, and their type: a list of targets for each output
 * @param pinned the `json` of the items that a node gives without running, by its name
 */
export function workflow(
	name: string,
	nodes: Step[],
	connections: Record<string, Record<string, unknown[][]>>,
	pinned: Record<string, Json[]> = {},
) {
	return {
		name,
		nodes: nodes.map((node) => ({
			id: node.name,
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
			...node,
		})),
		connections,
		settings: { executionOrder: 'v1' },
		pinData: Object.fromEntries(
			Object.entries(pinned).map(([node, items]) => [node, items.map((json) => ({ json }))]),
		),
	};
}
