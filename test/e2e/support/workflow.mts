/** Builds the workflows of the e2e tests: pinned items into nodes of ours, one behind the other. */
import { CREDENTIALS, OUR_NODE, noOp, target, workflow, type Step } from '../../workflow.mts';

type Json = Record<string, unknown>;

export interface TtapiNode extends Pick<Step, 'onError'> {
	name?: string;
	parameters: Json;
}

/**
 * Start (with `items` pinned) -> our nodes in a row -> Behind, and On Error behind the last one's error output.
 *
 * @param items the `json` of the items that go in
 */
export function ttapiWorkflow(items: Json[], ...nodes: TtapiNode[]) {
	const ours = nodes.map(({ name = 'TTAPI', parameters, onError }) => ({
		...{ name, type: OUR_NODE, parameters, onError, credentials: CREDENTIALS },
	}));
	const names = ['Start', ...ours.map(({ name }) => name), 'Behind'];
	const connections = Object.fromEntries(
		names.slice(0, -1).map((name, at) => [name, { main: [target(names[at + 1])] }]),
	);
	connections[names.at(-2)!].main.push(target('On Error'));
	return workflow(
		`e2e ${names.slice(1, -1).join(', ')}`,
		[
			{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
			...ours,
			noOp('Behind'),
			noOp('On Error'),
		],
		connections,
		{ Start: items },
	);
}
