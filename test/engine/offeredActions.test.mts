import { describe, expect, test } from '@jest/globals';
import type { IDataObject, INodePropertyOptions } from 'n8n-workflow';

import { TtapiMidjourney } from '../../nodes/TtapiMidjourney/TtapiMidjourney.node.ts';
import { API_KEY } from './support/credentials.mts';
import { answer, connectionError, sent, type Answer } from './support/http.mts';
import { LoadOptionsContext } from './support/n8n.mts';
import {
	NODE_NAME,
	additionalData,
	workflowFrom,
	type RunOptions,
} from './support/runWorkflow.mts';
import { API, playTtapi } from './support/ttapi.mts';
import { untilDone } from './support/virtualTime.mts';
import { workflowOf } from './support/workflows.mts';

const field = new TtapiMidjourney().description.properties.find(({ name }) => name === 'action')!;

/** What the editor gets for the field's list, with these parameters in the panel. */
async function load(
	currentNodeParameters: IDataObject,
	options: RunOptions & { credentials?: object } = {},
): Promise<INodePropertyOptions[]> {
	const workflow = workflowFrom(workflowOf('action') as never, options);
	const node = { ...workflow.getNode(NODE_NAME)! };
	if ('credentials' in options) node.credentials = options.credentials as never;
	const additional = { ...additionalData(options), currentNodeParameters };
	const context = new LoadOptionsContext(workflow, node, additional as never, 'parameters.action');
	const { loadOptions } = new TtapiMidjourney().methods;
	const method = field.typeOptions!.loadOptionsMethod as keyof typeof loadOptions;
	return await untilDone(loadOptions[method].call(context));
}

test('the list is that of the job, in its order, with the labels and help texts of the editor', async () => {
	playTtapi({ before: { grid: ['reroll', 'upsample2', 'brand_new'] } });
	expect(await load({ jobId: 'grid' })).toEqual([
		{ value: 'reroll', name: 'Reroll', description: expect.stringContaining('same prompt') },
		{ value: 'upsample2', name: 'Upscale 2 (U2)', description: expect.stringContaining('image 2') },
		{ value: 'brand_new', name: 'Brand New' },
	]);
	expect(sent).toHaveLength(1);
	expect(sent[0]).toMatchObject({ method: 'GET', query: { jobId: 'grid' } });
	expect(sent[0].headers['tt-api-key']).toBe(API_KEY);
});

test('it leaves out what is no value of the action call', async () => {
	playTtapi({ before: { grid: ['pan_up', 'vary_region', 'Custom Zoom'] } });
	expect((await load({ jobId: 'grid' })).map(({ value }) => value)).toEqual(['pan_up']);
});

describe('the list is that of all 26 actions, as the description has it,', () => {
	test.each([
		['an expression that the editor could not evaluate', '={{ $json.jobId }}'],
		['nothing that could be evaluated', null],
		['empty', ' '],
		['not there', undefined],
	])('without a request where the job id is %s', async (_title, jobId) => {
		const list = await load({ jobId } as IDataObject);
		expect(list).toHaveLength(26);
		expect(list).toEqual(field.options);
		expect(sent).toEqual([]);
	});

	test.each<[string, Answer]>([
		['is unknown', { status: 404 }],
		['cannot be asked for', connectionError('ECONNREFUSED')],
		['is answered with a page', { status: 200, body: '<html>' }],
		['is refused', { status: 401, body: { message: 'Wrong TT-API-KEY' } }],
		[
			'still runs',
			{ json: { status: 'ON_QUEUE', jobId: 'grid', data: { components: ['reroll'] } } },
		],
		['failed', { json: { status: 'FAILED', jobId: 'grid', message: 'Job Timeout', data: [] } }],
		[
			'names no actions',
			{ json: { status: 'SUCCESS', jobId: 'grid', data: { components: null } } },
		],
	])('where the job %s', async (_title, given) => {
		playTtapi({ fetch: () => given });
		for (const family of ['image-edits', 'video'])
			answer('GET', `${API}/midjourney/${family}/fetch`, given);
		expect(await load({ jobId: 'grid' })).toEqual(field.options);
	});

	test('where no credential is chosen', async () => {
		expect(await load({ jobId: 'grid' }, { credentials: {} })).toEqual(field.options);
	});
});

test('the editor loads it anew when the job id changes', () => {
	expect(field.typeOptions?.loadOptionsDependsOn).toEqual(['jobId']);
});
