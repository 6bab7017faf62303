import type { INodeType, INodeTypeDescription, INodeTypes } from 'n8n-workflow';

import { TtapiMidjourney } from '../../../nodes/TtapiMidjourney/TtapiMidjourney.node.ts';
import { NodeConnectionTypes } from './n8n.mts';

const description = (
	name: string,
	inputs: INodeTypeDescription['inputs'],
): INodeTypeDescription => ({
	displayName: name,
	name,
	group: ['transform'],
	version: 1,
	description: '',
	defaults: { name },
	inputs,
	outputs: [NodeConnectionTypes.Main],
	properties: [],
});

/** Hands on the items that the run starts with, as n8n's triggers do outside the editor. */
const trigger: INodeType = {
	description: description('manualTrigger', []),
	trigger: async () => ({}),
};

/** Hands on what it gets. */
const noOp: INodeType = {
	description: description('noOp', [NodeConnectionTypes.Main]),
	async execute() {
		return [this.getInputData()];
	},
};

/** Our real node, and the smallest stand-ins for n8n's own beside it. */
const NODES: Record<string, INodeType> = {
	'n8n-nodes-ttapi.ttapiMidjourney': new TtapiMidjourney(),
	'n8n-nodes-base.manualTrigger': trigger,
	'n8n-nodes-base.noOp': noOp,
};

export const nodeTypes: INodeTypes = {
	getByName: (name) => NODES[name],
	getByNameAndVersion: (name) => NODES[name],
	getKnownTypes: () => ({}),
};
