/** The list of Job ID, as n8n asks for it while the node is edited. What is in it: unit/methods/searchJobs. */
import { expect, test } from '@jest/globals';
import type { IDataObject, INodeListSearchResult } from 'n8n-workflow';

import { TtapiMidjourney } from '../../nodes/TtapiMidjourney/TtapiMidjourney.node.ts';
import { HISTORY } from '../operations.mts';
import { API_KEY } from './support/credentials.mts';
import { answer, sent } from './support/http.mts';
import { LoadOptionsContext } from './support/n8n.mts';
import {
	NODE_NAME,
	additionalData,
	workflowFrom,
	type RunOptions,
} from './support/runWorkflow.mts';
import { API } from './support/ttapi.mts';
import { untilDone } from './support/virtualTime.mts';
import { workflowOf } from './support/workflows.mts';

const node = new TtapiMidjourney();
const fields = node.description.properties.filter(({ name }) => name === 'jobId');

/** What the editor gets for the list with these parameters in the panel. */
async function open(
	parameters: IDataObject,
	options: RunOptions & { credentials?: object } = {},
): Promise<INodeListSearchResult> {
	// n8n makes a workflow of this one node, which adds the defaults.
	const exported = structuredClone(workflowOf('job.get')) as any;
	const ours = exported.nodes.find(({ name }: any) => name === NODE_NAME);
	Object.assign(ours, { parameters });
	if ('credentials' in options) ours.credentials = options.credentials;
	const workflow = workflowFrom(exported, options);
	const additional: any = { ...additionalData(options), currentNodeParameters: parameters };
	const saved = workflow.getNode(NODE_NAME)!;
	const context = new LoadOptionsContext(workflow, saved, additional, 'parameters.jobId');
	const [list] = fields[0].modes!;
	const method = list.typeOptions!.searchListMethod as keyof typeof node.methods.listSearch;
	return await untilDone(node.methods.listSearch[method].call(context));
}

const ACTIONS = ['imagine', 'upsample1', 'edit', 'describe', 'video'];
const playHistory = () =>
	answer('GET', API + HISTORY, {
		json: { status: 'SUCCESS', data: ACTIONS.map((action) => ({ job_id: action, action })) },
	});

test('six operations have it, and all of them the same list', () => {
	expect(fields).toHaveLength(6);
	for (const { type, modes } of fields) {
		expect(type).toBe('resourceLocator');
		expect(modes!.map(({ name }) => name)).toEqual(['list', 'id']);
		expect(modes).toEqual(fields[0].modes);
	}
});

test.each<[string, IDataObject, string[]]>([
	['Image > Action', { operation: 'action' }, ['imagine', 'upsample1']],
	['Image > Inpaint', { resource: 'image', operation: 'inpaint' }, ['upsample1']],
	['Image > Get Seed', { operation: 'getSeed' }, ['imagine', 'upsample1']],
	['Video > Extend', { resource: 'video', operation: 'extend' }, ['video']],
	['Job > Get, which n8n does not save as it is the default', { resource: 'job' }, ACTIONS],
	['Job > Wait', { resource: 'job', operation: 'wait' }, ACTIONS],
	['an operation that the editor does not know', { operation: null }, ACTIONS],
])('it has what fits %s', async (_title, parameters, fitting) => {
	playHistory();
	const { results } = await open({ ...parameters, jobId: null });
	expect(results.map(({ value }) => value)).toEqual(fitting);
});

test("it is TTAPI's history, asked for once with the credential, and free", async () => {
	playHistory();
	await open({ resource: 'job' });
	expect(sent).toHaveLength(1);
	expect(sent[0]).toMatchObject({ method: 'GET', path: HISTORY, query: { page: '1' } });
	expect(sent[0].headers['tt-api-key']).toBe(API_KEY);
});

test.each<[string, RunOptions & { credentials?: object }, RegExp]>([
	['without a credential', { credentials: {} }, /credential/i],
	['with a Base URL that cannot be used', { credential: { baseUrl: 'no' } }, /Base URL/],
])('%s it says so, and asks nobody', async (_title, options, says) => {
	await expect(open({ resource: 'job' }, options)).rejects.toThrow(says);
	expect(sent).toEqual([]);
});
