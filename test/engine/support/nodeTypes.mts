import type { INodeType, INodeTypeDescription, INodeTypes } from 'n8n-workflow';

import { TtapiMidjourney } from '../../../nodes/TtapiMidjourney/TtapiMidjourney.node.ts';
import { TtapiMidjourneyTrigger } from '../../../nodes/TtapiMidjourney/TtapiMidjourneyTrigger.node.ts';
import { NodeConnectionTypes } from './n8n.mts';

/** The least that n8n wants to know of a node type. */
export const description = (
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

/** Our real nodes, and the smallest stand-ins for n8n's own beside them. */
const NODES: Record<string, INodeType> = {
	'n8n-nodes-ttapi.ttapiMidjourney': new TtapiMidjourney(),
	// n8n makes this one of it, for agents.
	'n8n-nodes-ttapi.ttapiMidjourneyTool': new TtapiMidjourney(),
	'n8n-nodes-ttapi.ttapiMidjourneyTrigger': new TtapiMidjourneyTrigger(),
	'n8n-nodes-base.manualTrigger': trigger,
	'n8n-nodes-base.noOp': noOp,
};

/** Adds a node type that only one test needs. */
export const addNodeType = (name: string, type: INodeType): void => void (NODES[name] = type);

export const nodeTypes: INodeTypes = {
	getByName: (name) => NODES[name],
	getByNameAndVersion: (name) => NODES[name],
	getKnownTypes: () => ({}),
};
