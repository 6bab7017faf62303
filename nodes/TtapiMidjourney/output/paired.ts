import type { INodeExecutionData } from 'n8n-workflow';

/**
 * The output of a node: the items that came of each input item, in the order of the input and paired with it.
 * @param outputs what came of the first input item, of the second...
 */
export const paired = (outputs: INodeExecutionData[][]): INodeExecutionData[] =>
	outputs.flatMap((items, index) =>
		items.map((item) => ({ ...item, pairedItem: { item: index } })),
	);
