import { describe, expect, test } from '@jest/globals';

import type { DownloadChoice } from '../../../nodes/TtapiMidjourney/downloads/jobDownloads.ts';
import { InputError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { canPause } from '../../../nodes/TtapiMidjourney/pausing/canPause.ts';
import { fakeContext, type FakeN8n } from '../support/fakeContext.mts';

/** Why a run polls, where it does. */
const whyNot = (given: FakeN8n, download: DownloadChoice = 'none') => {
	const pausing = canPause(fakeContext(given).context, download, false);
	return 'whyNot' in pausing ? pausing.whyNot : undefined;
};

describe('a run polls instead of pausing', () => {
	const URL = 'https://n8n.example.com/webhook-waiting/1?signature=abc';
	const why = (given: FakeN8n, download: DownloadChoice = 'none') =>
		whyNot({ resumeUrl: URL, ...given }, download);

	test.each<[string, FakeN8n, DownloadChoice, RegExp]>([
		[
			'an agent calls the node',
			{ node: { type: 'n8n-nodes-ttapi.ttapiMidjourneyTool' } },
			'none',
			/agent/,
		],
		['the workflow was never saved', { workflowId: undefined }, 'none', /saved/],
		['the workflow has an empty id', { workflowId: '' }, 'none', /saved/],
		['the workflow has the id of a new one', { workflowId: '__EMPTY__' }, 'none', /saved/],
		['each image is an item of its own', {}, 'itemPerImage', /one item per file/],
	])('where %s, and says why', (_title, given, download, reason) => {
		expect(why(given, download)).toMatch(reason);
	});

	test.each<DownloadChoice>(['none', 'grid', 'images'])(
		'but pauses in a saved workflow, download %s',
		(download) => expect(why({}, download)).toBeUndefined(),
	);

	test.each(['n8n-nodes-ttapi.ttapiMidjourney', 'CUSTOM.ttapiMidjourney', 'toolTtapi'])(
		'but pauses under the node type %s',
		(type) => expect(why({ node: { type } })).toBeUndefined(),
	);
});

test.each([
	[1, 'integrated', /sub-workflow/],
	[2, 'integrated', undefined],
	[1, 'trigger', undefined],
	[2, 'trigger', undefined],
] as const)(
	'a sub-workflow pauses on n8n 2.x alone: n8n %i.x, mode %s',
	(version, mode, reason) => {
		const url = `https://n8n.example.com/webhook-waiting/1${version === 2 ? '?signature=abc' : ''}`;
		const why = whyNot({ mode, resumeUrl: url });
		if (reason) expect(why).toMatch(reason);
		else expect(why).toBeUndefined();
	},
);

describe('the URL that resumes the execution', () => {
	const urlOf = (given: unknown, isPrivate = false) => {
		const pausing = canPause(fakeContext({ resumeUrl: given }).context, 'none', isPrivate);
		return 'resumeUrl' in pausing ? pausing.resumeUrl : undefined;
	};
	const PATH = '/webhook-waiting/17?signature=abc%20d';

	test.each([
		'https://n8n.example.com',
		'http://n8n.example.com:5678',
		'https://8.8.8.8',
		'https://[2606:4700::1111]',
		'https://example.com/n8n',
	])('is handed to TTAPI byte for byte: %s', (host) => {
		expect(urlOf(host + PATH)).toBe(host + PATH);
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
		expect(urlOf(host + PATH, true)).toBe(host + PATH);
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
