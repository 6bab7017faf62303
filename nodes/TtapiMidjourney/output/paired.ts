import type { INodeExecutionData } from 'n8n-workflow';

/**
 * The output items of a node, each paired with its input item.
 * @param outputs the output items of the first input item, of the second, and so on
 */
export const paired = (outputs: INodeExecutionData[][]): INodeExecutionData[] =>
	outputs.flatMap((items, index) =>
		items.map((item) => ({ ...item, pairedItem: { item: index } })),
	);
