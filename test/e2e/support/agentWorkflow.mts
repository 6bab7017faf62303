/** Builds the workflows of the tests with an agent: our node as its tools, and a scripted chat model. */

type Json = Record<string, any>;

const OURS = 'n8n-nodes-ttapi.ttapiMidjourneyTool';

/** What n8n writes into a parameter that the model fills. */
export const fromAi = (key: string, description = '', type = 'string') =>
	`={{ $fromAI('${key}', '${description}', '${type}') }}`;

/**
 * Our node as a tool, looking at its jobs every second.
 *
 * @param settings beside the parameters, such as `onError`
 */
export const tool = (name: string, { options = {}, ...parameters }: Json, settings: Json = {}) => ({
	name,
	type: OURS,
	parameters: { options: { pollInterval: 1, ...options }, ...parameters },
	credentials: { ttapiApi: { id: null, name: 'TTAPI account' } },
	...settings,
});

export const imagine = (parameters: Json = {}, settings: Json = {}) =>
	tool('Imagine', { prompt: fromAi('prompt', 'What the image shows'), ...parameters }, settings);

export const upscale = (parameters: Json = {}) =>
	tool('Upscale', {
		operation: 'action',
		jobId: fromAi('jobId'),
		action: fromAi('action'),
		...parameters,
	});

/** Start (with a wish pinned) -> Agent, with the model and the tools under it. */
export function agentWorkflow(
	{ agent, llm }: { agent: number; llm: number },
	tools: Array<ReturnType<typeof tool>>,
) {
	const langchain = '@n8n/n8n-nodes-langchain';
	const nodes: Json[] = [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
		{
			name: 'Agent',
			type: `${langchain}.agent`,
			typeVersion: agent,
			parameters: { promptType: 'define', text: '={{ $json.wish }}', options: {} },
		},
		{
			name: 'Model',
			type: `${langchain}.lmChatOpenAi`,
			typeVersion: llm,
			parameters: { model: { __rl: true, mode: 'id', value: 'scripted' }, options: {} },
			credentials: { openAiApi: { id: null, name: 'Chat model' } },
		},
		...tools,
	];
	const under = (type: string) => ({ [type]: [[{ node: 'Agent', type, index: 0 }]] });
	return {
		name: 'e2e agent',
		nodes: nodes.map((node) => ({
			id: node.name,
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
			...node,
		})),
		connections: {
			Start: under('main'),
			Model: under('ai_languageModel'),
			...Object.fromEntries(tools.map(({ name }) => [name, under('ai_tool')])),
		},
		settings: { executionOrder: 'v1' },
		pinData: { Start: [{ json: { wish: 'a fox, please' } }] },
	};
}
