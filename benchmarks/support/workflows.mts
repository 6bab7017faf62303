/** Builds the workflows that are measured: a row of nodes behind a start. */
import { randomUUID } from 'node:crypto';

export type Json = Record<string, any>;

export interface Step {
	name: string;
	type: string;
	typeVersion?: number;
	parameters?: Json;
	/** The names of the nodes behind each output; without it, the next step is behind the first. */
	to?: string[][];
	[setting: string]: unknown;
}

/** The node of ours. */
export const ttapi = (name: string, parameters: Json = {}): Step => ({
	name,
	type: 'n8n-nodes-ttapi.ttapiMidjourney',
	parameters: { prompt: '={{ $json.prompt }}', ...parameters },
	credentials: { ttapiApi: { id: null, name: 'TTAPI account' } },
});

/** n8n's own HTTP Request node, in its newest version. */
export const httpRequest = (name: string, parameters: Json, settings: Json = {}): Step => ({
	name,
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.5,
	parameters: { options: {}, ...parameters },
	...settings,
});

export const noOp = (name: string): Step => ({ name, type: 'n8n-nodes-base.noOp' });

const asNode = ({ to: _to, ...step }: Step, at: number) => ({
	id: randomUUID(),
	typeVersion: 1,
	position: [200 * at, 0],
	parameters: {},
	...step,
});

const target = (node: string) => ({ node, type: 'main', index: 0 });

/** A row of nodes, the first of which starts it. */
export function workflow(name: string, steps: Step[], more: Json = {}): Json {
	const connections = steps.map(({ name: from, to }, at) => {
		const next = at + 1 < steps.length ? [[steps[at + 1].name]] : [];
		return [from, { main: (to ?? next).map((names) => names.map(target)) }];
	});
	return {
		name,
		nodes: steps.map(asNode),
		connections: Object.fromEntries(connections),
		settings: { executionOrder: 'v1' },
		...more,
	};
}

/** The same, started by hand with these items. */
export function manualWorkflow(name: string, items: Json[], steps: Step[]): Json {
	const start: Step = { name: 'Start', type: 'n8n-nodes-base.manualTrigger' };
	return workflow(name, [start, ...steps], {
		pinData: { Start: items.map((json) => ({ json })) },
	});
}

/** n8n's own Webhook node. @param path where it is called: `<n8n>/webhook/<path>` */
export const webhook = (name: string, path: string): Step => ({
	name,
	type: 'n8n-nodes-base.webhook',
	typeVersion: 2.1,
	webhookId: path,
	parameters: { httpMethod: 'POST', path, options: {} },
});

/** Items with prompts that are not alike. */
export const prompts = (count: number): Json[] =>
	Array.from({ length: count }, (_, at) => ({ prompt: `a lighthouse in the rain, take ${at}` }));
