/** Builds the workflows of the e2e tests: pinned items into nodes of ours, one behind the other. */

type Json = Record<string, unknown>;

export interface TtapiNode {
	name?: string;
	parameters: Json;
	/** `continueRegularOutput` or `continueErrorOutput`: what "On Error" says in the node's settings. */
	onError?: 'continueRegularOutput' | 'continueErrorOutput';
}

const TRIGGER = 'Start';
const BEHIND = 'Behind';
const ON_ERROR = 'On Error';

const node = (name: string, type: string, more: Json = {}) => ({
	id: name,
	name,
	type,
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
	...more,
});

const to = (name: string) => [{ node: name, type: 'main', index: 0 }];

/**
 * Start (with `items` pinned) -> our nodes in a row -> Behind, and On Error behind the last one's error output.
 *
 * @param items the `json` of the items that go in
 */
export function ttapiWorkflow(items: Json[], ...nodes: TtapiNode[]) {
	const ours = nodes.map(({ name = 'TTAPI', parameters, onError }) =>
		node(name, 'n8n-nodes-ttapi.ttapiMidjourney', {
			parameters,
			onError,
			credentials: { ttapiApi: { id: null, name: 'TTAPI account' } },
		}),
	);
	const names = [TRIGGER, ...ours.map(({ name }) => name), BEHIND];
	const connections = Object.fromEntries(
		names.slice(0, -1).map((name, at) => [name, { main: [to(names[at + 1])] }]),
	);
	connections[names[names.length - 2]].main.push(to(ON_ERROR));
	return {
		name: `e2e ${names.slice(1, -1).join(', ')}`,
		nodes: [
			node(TRIGGER, 'n8n-nodes-base.manualTrigger'),
			...ours,
			node(BEHIND, 'n8n-nodes-base.noOp'),
			node(ON_ERROR, 'n8n-nodes-base.noOp'),
		],
		connections,
		settings: { executionOrder: 'v1' },
		pinData: { [TRIGGER]: items.map((json) => ({ json })) },
	};
}
