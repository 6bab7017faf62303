/** Builds the workflows of the tests with an agent: our node as its tools, and a scripted chat model. */
import { CREDENTIALS, OUR_NODE, target, workflow, type Step } from '../../workflow.mts';

type Json = Record<string, any>;

/** n8n has two kinds of agents; the newer one comes with the newer of OpenAI's interfaces. */
export const AGENTS = [
	{ agent: 2.2, llm: 1.2, endpoint: 'chat/completions', calls: 'side by side' },
	{ agent: 3, llm: 1.3, endpoint: 'responses', calls: 'one after the other' },
];

/** What n8n writes into a parameter that the model fills. */
export const fromAi = (key: string, description = '', type = 'string') =>
	`={{ $fromAI('${key}', '${description}', '${type}') }}`;

/**
 * Our node as a tool, looking at its jobs every second.
 *
 * @param settings beside the parameters, such as `onError`
 */
export const tool = (
	name: string,
	{ options = {}, ...parameters }: Json,
	settings: Json = {},
): Step => ({
	name,
	type: `${OUR_NODE}Tool`,
	parameters: { options: { pollInterval: 1, ...options }, ...parameters },
	credentials: CREDENTIALS,
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
export function agentWorkflow({ agent, llm }: { agent: number; llm: number }, tools: Step[]) {
	const langchain = '@n8n/n8n-nodes-langchain';
	const nodes: Step[] = [
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
	const under = (type: string) => ({ [type]: [target('Agent', type)] });
	return workflow(
		'e2e agent',
		nodes,
		{
			Start: under('main'),
			Model: under('ai_languageModel'),
			...Object.fromEntries(tools.map(({ name }) => [name, under('ai_tool')])),
		},
		{ Start: [{ wish: 'a fox, please' }] },
	);
}
