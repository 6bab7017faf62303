import type { INodeProperties } from 'n8n-workflow';

/**
 * The same fields, shown for one operation only; what they are shown for already stays a condition. Resource and operation
 * come first: n8n shows a field at the first condition on a parameter that holds an expression.
 */
export function showFor(
	resource: string,
	operation: string,
	fields: INodeProperties[],
): INodeProperties[] {
	return fields.map((field) => ({
		...field,
		displayOptions: {
			...field.displayOptions,
			show: { resource: [resource], operation: [operation], ...field.displayOptions?.show },
		},
	}));
}
