import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

/**
 * The output of a tool call. The model reads the `json` of the items, and each word costs tokens, so empty and repeated
 * values are left out. For no items, n8n would give it an empty text (docs/n8n.md, The node as a tool).
 */
export function toolAnswer(items: INodeExecutionData[]): INodeExecutionData[] {
	if (items.length === 0) return [{ json: { message: 'Nothing found' }, pairedItem: { item: 0 } }];
	return items.map((item) => ({ ...item, json: terse(item.json) }));
}

function terse(json: IDataObject): IDataObject {
	const repeated: IDataObject = { components: json.actions, discordImage: json.cdnImage };
	return Object.fromEntries(
		Object.entries(json).filter(([key, value]) => !isEmpty(value) && isEmpty(repeated[key])),
	);
}

const isEmpty = (value: unknown): boolean =>
	value === undefined ||
	value === null ||
	value === '' ||
	(Array.isArray(value) && value.length === 0);
