import { OPERATIONS, type OperationName } from '../../operations.mts';
import { OUR_NODE, noOp, target, workflow } from '../../workflow.mts';
import { NODE_NAME } from './runWorkflow.mts';

export type { OperationName };

/**
 * The workflow of an operation: Trigger, our node, and behind its two outputs Done and Failed.
 * @param tool whether our node is the one that n8n makes of it for agents
 */
export function workflowOf(name: OperationName, { tool = false } = {}): object {
	const { resource, operation, parameters } = OPERATIONS[name];
	return workflow(
		name,
		[
			{ name: 'Trigger', type: 'n8n-nodes-base.manualTrigger' },
			{
				name: NODE_NAME,
				type: tool ? `${OUR_NODE}Tool` : OUR_NODE,
				parameters: { resource, operation, ...parameters },
				credentials: { ttapiApi: { id: '1', name: 'TTAPI account' } },
			},
			noOp('Done'),
			noOp('Failed'),
		],
		{
			Trigger: { main: [target(NODE_NAME)] },
			[NODE_NAME]: { main: [target('Done'), target('Failed')] },
		},
	);
}
