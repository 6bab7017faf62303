import { describe, expect, test } from '@jest/globals';

import type { DownloadChoice } from '../../../nodes/TtapiMidjourney/downloads/jobDownloads.ts';
import { InputError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { canPause, type PauseWish } from '../../../nodes/TtapiMidjourney/pausing/canPause.ts';
import { resumeUrlOf } from '../../../nodes/TtapiMidjourney/pausing/resumeWebhook.ts';
import { fakeContext, type FakeN8n } from '../support/fakeContext.mts';

const URL = 'https://n8n.example.com/webhook-waiting/1?signature=abc';

/** Why a run polls; undefined where it pauses. */
const whyNot = (given: FakeN8n, wish: Partial<PauseWish> = {}) =>
	canPause(fakeContext({ resumeUrl: URL, ...given }).context, {
		hasCallback: true,
		download: 'none',
		allowPrivate: false,
		...wish,
	}).whyNot;

const CHAT = '@n8n/n8n-nodes-langchain.chatTrigger';
const called = (parameters: object, type = 'n8n-nodes-base.webhook'): FakeN8n => ({
	mode: 'webhook',
	parents: [{ type, parameters: parameters as never }],
});

describe('a run polls instead of pausing, and says why', () => {
	test.each<[string, FakeN8n, RegExp]>([
		[
			'where an agent calls the node',
			{ node: { type: 'n8n-nodes-ttapi.ttapiMidjourneyTool' } },
			/agent/,
		],
		['in an evaluation', { mode: 'evaluation' }, /evaluation/],
		['in a workflow that was never saved', { workflowId: undefined }, /saved/],
		['in a workflow with an empty id', { workflowId: '' }, /saved/],
		['in a workflow with the id of a new one', { workflowId: '__EMPTY__' }, /saved/],
		['where n8n combines binary data', { workflowSettings: { binaryMode: 'combined' } }, /binary/],
		[
			'for a webhook that answers with the last node',
			called({ responseMode: 'lastNode' }),
			/caller/,
		],
		['for a webhook that streams', called({ responseMode: 'streaming' }), /caller/],
		['for a response mode by expression', called({ responseMode: '={{ $json.how }}' }), /caller/],
		['for a chat', called({}, CHAT), /caller/],
		['for a chat with options', called({ options: {} }, CHAT), /caller/],
		['for a chat that says so', called({ options: { responseMode: 'lastNode' } }, CHAT), /caller/],
		['for a chat that streams', called({ options: { responseMode: 'streaming' } }, CHAT), /caller/],
		['for a caller that gets chunks', { isStreaming: true }, /caller/],
	])('%s', (_title, given, reason) => expect(whyNot(given)).toMatch(reason));

	test('where TTAPI sends no callback', () =>
		expect(whyNot({}, { hasCallback: false })).toMatch(/sends no callback/));

	test('where each image is an item of its own', () =>
		expect(whyNot({}, { download: 'itemPerImage' })).toMatch(/one item per file/));
});

describe('a run pauses', () => {
	test.each<DownloadChoice>(['none', 'grid', 'images'])(
		'in a saved workflow, download %s',
		(download) => expect(whyNot({}, { download })).toBeUndefined(),
	);

	test.each(['n8n-nodes-ttapi.ttapiMidjourney', 'CUSTOM.ttapiMidjourney', 'toolTtapi'])(
		'under the node type %s',
		(type) => expect(whyNot({ node: { type } })).toBeUndefined(),
	);

	test.each<[string, FakeN8n]>([
		['a webhook that has answered at once', called({ responseMode: 'onReceived' })],
		['a webhook that a node answers', called({ responseMode: 'responseNode' })],
		['a chat that nodes answer', called({ options: { responseMode: 'responseNodes' } }, CHAT)],
		['a node without such a field', called({})],
		[
			'a webhook that has not started this execution',
			{ parents: [{ parameters: { responseMode: 'lastNode' }, ran: false }] },
		],
		['binary data apart', { workflowSettings: { binaryMode: 'separate' } }],
	])('behind %s', (_title, given) => expect(whyNot(given)).toBeUndefined());

	test('on n8n without the newer helpers', () => {
		const { context } = fakeContext({ resumeUrl: URL });
		const older = { ...context, isStreaming: undefined } as never;
		const wish = { hasCallback: true, download: 'none', allowPrivate: false } as const;
		expect(canPause(older, wish).resumeUrl).toBeDefined();
	});
});

describe('a sub-workflow', () => {
	const trigger = { type: 'n8n-nodes-base.executeWorkflowTrigger', name: 'Called by "Parent"' };
	const child = (handedOver: number | undefined, url = URL, parents = [trigger]): FakeN8n => ({
		mode: 'integrated',
		resumeUrl: url,
		parents,
		handedOver,
	});

	test.each([2, 60])('pauses where it was called for %i items', (handedOver) =>
		expect(whyNot(child(handedOver))).toBeUndefined(),
	);

	test.each([0, 1, undefined])('polls where it was called for %s', (handedOver) =>
		expect(whyNot(child(handedOver))).toMatch(/one item/),
	);

	test('polls where n8n does not say how it was called', () =>
		expect(whyNot(child(3, URL, []))).toMatch(/one item/));

	test('polls on n8n 1.x, which does not sign the URL', () =>
		expect(whyNot(child(3, 'https://n8n.example.com/webhook-waiting/1'))).toMatch(/1\.x/));
});

describe('the URL that resumes the execution', () => {
	const urlOf = (given: unknown, isPrivate = false) => {
		const { context } = fakeContext({ resumeUrl: given });
		return canPause(context, { hasCallback: true, download: 'none', allowPrivate: isPrivate })
			.resumeUrl;
	};
	const PATH = '/webhook-waiting/17?signature=abc%20d';
	const OWN_PATH = '/webhook-waiting/17/node?signature=abc%20d';

	test.each([
		'https://n8n.example.com',
		'http://n8n.example.com:5678',
		'https://8.8.8.8',
		'https://[2606:4700::1111]',
		'https://example.com/n8n',
	])('is handed to TTAPI with the path of the node: %s', (host) => {
		expect(urlOf(host + PATH)).toBe(host + OWN_PATH);
	});

	test.each([
		['0a1b-2c', '0a1b-2c'],
		['two words/ä?#&', 'two%20words%2F%C3%A4%3F%23%26'],
		["$' and $&", "%24'%20and%20%24%26"],
	])('has the id of the node percent-encoded, before the query: %j', (id, path) => {
		const { context } = fakeContext({ node: { id }, resumeUrl: `https://n8n.example.com${PATH}` });
		expect(resumeUrlOf(context)).toBe(
			`https://n8n.example.com/webhook-waiting/17/${path}?signature=abc%20d`,
		);
	});

	test('may have no token', () => {
		const { context } = fakeContext({ resumeUrl: 'https://n8n.example.com/webhook-waiting/17' });
		expect(resumeUrlOf(context)).toBe('https://n8n.example.com/webhook-waiting/17/node');
	});

	const PRIVATE = [
		'http://localhost:5678',
		'http://n8n:5678',
		'http://127.0.0.1:5678',
		'http://0.0.0.0:5678',
		'http://10.1.2.3',
		'http://172.16.0.1',
		'https://192.168.1.5',
		'http://169.254.1.1',
		'http://100.64.0.1',
		'https://n8n.local',
		'https://N8N.Local',
		'https://n8n.local.',
		'https://n8n.internal',
		'https://n8n.lan',
		'https://n8n.home.arpa',
		'http://[::1]:5678',
		'http://[fd00::1]',
		'http://[fe80::1]',
		'http://[::ffff:192.168.1.5]',
		'http://2130706433',
	];

	test.each(PRIVATE)('is refused where TTAPI cannot reach it: %s', (host) => {
		expect(() => urlOf(host + PATH)).toThrow(InputError);
	});

	test.each(PRIVATE)('is taken where the API itself is in a private network: %s', (host) => {
		expect(urlOf(host + PATH, true)).toBe(host + OWN_PATH);
	});

	test.each([undefined, null, '', 'nonsense', 'ftp://n8n.example.com/', '/webhook-waiting/1'])(
		'is refused where it is none: %s',
		(given) => {
			for (const isPrivate of [false, true])
				expect(() => urlOf(given ?? String(given), isPrivate)).toThrow(InputError);
		},
	);

	test('the refusal says which host, what to do, and that nothing was paid', () => {
		expect(() => urlOf(`http://localhost:5678${PATH}`)).toThrow(
			expect.objectContaining({
				message: expect.stringContaining('localhost'),
				description: expect.stringMatching(/WEBHOOK_URL.*Poll Until Done.*Nothing was paid/),
			}),
		);
	});

	test('the refusal does not show the token in the URL', () => {
		expect(() => urlOf(`http://localhost:5678${PATH}`)).toThrow(
			expect.objectContaining({
				message: expect.not.stringContaining('abc'),
				description: expect.not.stringContaining('abc'),
			}),
		);
	});
});
