/** What a user builds without a node for TTAPI: HTTP Request nodes that submit and fetch, with a wait between them. */
import type { Simulator } from '../../simulator/startSimulator.mts';
import { httpRequest, type Json, type Step } from './workflows.mts';

/** How long the loop waits before each look, as the vendors' guides and the peers' nodes do. */
export const LOOP_SECONDS = 5;

/** All items of a batch go the same way, so that none begins the next batch before the others have ended. */
const ALL_ENDED =
	"={{ $input.all().every((item) => ['SUCCESS', 'FAILED'].includes(item.json.status)) }}";

/**
 * A loop over batches: each is submitted, then fetched every 5 s until all of its jobs have ended, then the next one begins.
 * Behind its last step comes the node that gets all results.
 * @param batchSize 1: one prompt after another
 * @param behind the name of that node
 */
export function handBuiltLoop(simulator: Simulator, batchSize: number, behind: string): Step[] {
	const call = (name: string, parameters: Json) =>
		httpRequest(name, {
			sendHeaders: true,
			headerParameters: { parameters: [{ name: 'TT-API-KEY', value: simulator.apiKey }] },
			...parameters,
		});
	return [
		{
			name: 'Loop',
			type: 'n8n-nodes-base.splitInBatches',
			typeVersion: 3,
			parameters: { batchSize, options: {} },
			to: [[behind], ['Submit']],
		},
		call('Submit', {
			method: 'POST',
			url: `${simulator.url}/midjourney/v1/imagine`,
			sendBody: true,
			bodyParameters: {
				parameters: [
					{ name: 'prompt', value: '={{ $json.prompt }}' },
					{ name: 'mode', value: 'fast' },
				],
			},
		}),
		{
			name: 'Wait',
			type: 'n8n-nodes-base.wait',
			typeVersion: 1.1,
			parameters: { amount: LOOP_SECONDS, unit: 'seconds' },
		},
		call('Fetch', {
			url: `${simulator.url}/midjourney/v1/fetch`,
			sendQuery: true,
			// The answer to a submit has the id in `data`, the answer to a fetch beside it.
			queryParameters: {
				parameters: [{ name: 'jobId', value: '={{ $json.jobId ?? $json.data.jobId }}' }],
			},
		}),
		{
			name: 'All Ended',
			type: 'n8n-nodes-base.if',
			typeVersion: 2.3,
			parameters: {
				conditions: {
					combinator: 'and',
					options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 3 },
					conditions: [
						{
							id: 'ended',
							leftValue: ALL_ENDED,
							rightValue: '',
							operator: { type: 'boolean', operation: 'true', singleValue: true },
						},
					],
				},
				options: {},
			},
			to: [['Loop'], ['Wait']],
		},
	];
}
