import { OPERATIONS, type OperationName } from '../../operations.mts';
import { NODE_NAME } from './runWorkflow.mts';

export type { OperationName };

const node = (name: string, type: string, more = {}) => ({
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
 * The workflow of an operation: Trigger, our node, and behind its two outputs Done and Failed.
 * @param tool whether our node is the one that n8n makes of it for agents
 */
export function workflowOf(name: OperationName, { tool = false } = {}): object {
	const { resource, operation, parameters } = OPERATIONS[name];
	return {
		name,
		nodes: [
			node('Trigger', 'n8n-nodes-base.manualTrigger'),
			node(NODE_NAME, `n8n-nodes-ttapi.ttapiMidjourney${tool ? 'Tool' : ''}`, {
				parameters: { resource, operation, ...parameters },
				credentials: { ttapiApi: { id: '1', name: 'TTAPI account' } },
			}),
			node('Done', 'n8n-nodes-base.noOp'),
			node('Failed', 'n8n-nodes-base.noOp'),
		],
		connections: {
			Trigger: { main: [to(NODE_NAME)] },
			[NODE_NAME]: { main: [to('Done'), to('Failed')] },
		},
		settings: { executionOrder: 'v1' },
		pinData: {},
		active: false,
	};
}
