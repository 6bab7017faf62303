/** A chat model for n8n's agent: an OpenAI on this machine that answers as a test has written beforehand. */
import { afterAll } from '@jest/globals';
import express from 'express';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A tool as the model is told of it. */
export interface ToolOffer {
	name: string;
	description: string;
	/** JSON Schema. */
	parameters: { properties: Record<string, { type: string; description?: string }> };
}

/** What n8n sends when it wants the model's next message. */
export interface ModelRequest {
	/** `chat/completions` or `responses`. */
	endpoint: string;
	tools: ToolOffer[];
	/** What the tools have answered so far, word for word, in the order of the calls. */
	answers: string[];
	/** What the model itself has said before, as n8n remembers it. */
	words: string[];
}

export interface ToolCall {
	tool: string;
	args: Record<string, unknown>;
}

/** The model's next message: its last words, or the tools that it wants to be called. */
type Message = string | ToolCall[];

/** Null: it fails, in a way that n8n does not ask again after. */
export type Reply = Message | null;

export type Turn = (request: ModelRequest) => Reply;

export interface ChatModel {
	/** For n8n's credential "OpenAI". */
	url: string;
	/** What n8n has asked since the script was written. */
	requests: ModelRequest[];
	/** What it says, message by message. */
	write(...script: Turn[]): void;
	/** Throws where the script did not fit: it ended too early, or one of its turns has thrown. */
	requireScript(): void;
}

/** Starts a model; it ends after the file's last test. */
export async function startChatModel(): Promise<ChatModel> {
	let turns: Turn[] = [];
	let misfit: unknown;
	const app = express();
	app.use(express.json({ limit: '10mb' }));
	for (const [endpoint, { read, write }] of Object.entries(DIALECTS)) {
		app.post(`/v1/${endpoint}`, ({ body }, response) => {
			const request = { endpoint, ...read(body) };
			model.requests.push(request);
			try {
				const turn = turns[model.requests.length - 1];
				if (!turn) throw new Error('The script of the model has ended.');
				if (body.stream) throw new Error('This model does not stream.');
				const reply = turn(request);
				if (reply !== null) return response.json(write(reply, String(body.model)));
			} catch (error) {
				misfit = error;
			}
			return response.status(400).json({ error: { message: 'It fails.', type: 'script' } });
		});
	}
	const server = createServer(app).listen(0, '127.0.0.1');
	await once(server, 'listening');
	afterAll(() => {
		server.closeAllConnections();
		server.close();
	});
	const model: ChatModel = {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		requests: [],
		write(...script) {
			turns = script;
			misfit = undefined;
			model.requests = [];
		},
		requireScript() {
			if (misfit) throw misfit;
		},
	};
	return model;
}

interface Dialect {
	read(body: any): Omit<ModelRequest, 'endpoint'>;
	write(message: Message, model: string): object;
}

const textOf = (content: any): string =>
	typeof content === 'string' ? content : content.map(({ text }: any) => text).join('');

const wordsIn = (messages: any[]): string[] =>
	messages
		.filter(({ role, content }) => role === 'assistant' && content)
		.map(({ content }) => textOf(content));

/** Each id once: n8n keeps the answers by the ids of their calls. */
let calls = 0;
const callId = () => `call_${++calls}`;
const usage = { total_tokens: 2 };

/** n8n's older model nodes use the first, the newer ones the second unless told otherwise. */
const DIALECTS: Record<string, Dialect> = {
	'chat/completions': {
		read: ({ messages, tools = [] }) => ({
			tools: tools.map((tool: any) => tool.function),
			answers: messages
				.filter(({ role }: any) => role === 'tool')
				.map(({ content }: any) => textOf(content)),
			words: wordsIn(messages),
		}),
		write(message, model) {
			const isText = typeof message === 'string';
			const said = isText
				? { role: 'assistant', content: message }
				: {
						role: 'assistant',
						content: null,
						tool_calls: message.map(({ tool, args }) => ({
							id: callId(),
							type: 'function',
							function: { name: tool, arguments: JSON.stringify(args) },
						})),
					};
			return {
				id: 'chat_1',
				object: 'chat.completion',
				created: 1,
				model,
				choices: [{ index: 0, message: said, finish_reason: isText ? 'stop' : 'tool_calls' }],
				usage: { ...usage, prompt_tokens: 1, completion_tokens: 1 },
			};
		},
	},
	responses: {
		read: ({ input, tools = [] }) => ({
			tools,
			answers: input
				.filter(({ type }: any) => type === 'function_call_output')
				.map(({ output }: any) => textOf(output)),
			words: wordsIn(input),
		}),
		write(message, model) {
			const output =
				typeof message === 'string'
					? [
							{
								id: 'message_1',
								type: 'message',
								role: 'assistant',
								status: 'completed',
								content: [{ type: 'output_text', text: message, annotations: [] }],
							},
						]
					: message.map(({ tool, args }) => {
							const id = callId();
							return {
								id: `fc_${id}`,
								type: 'function_call',
								call_id: id,
								status: 'completed',
								name: tool,
								arguments: JSON.stringify(args),
							};
						});
			return {
				id: 'response_1',
				object: 'response',
				created_at: 1,
				status: 'completed',
				model,
				output,
				error: null,
				incomplete_details: null,
				tools: [],
				metadata: {},
				usage: { ...usage, input_tokens: 1, output_tokens: 1 },
			};
		},
	},
};
