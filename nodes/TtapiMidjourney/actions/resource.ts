import type { INodeProperties } from 'n8n-workflow';

import { propertiesOf } from '../parameters/parameter';
import type { Operation, Resource } from '../run/operation';

/**
 * Makes a resource of its operations.
 * @param operations by their value, the default first
 */
export function resource(
	name: string,
	value: string,
	operations: Record<string, Operation>,
): Resource {
	const [first] = Object.keys(operations);
	const dropdown: INodeProperties = {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [value] } },
		options: Object.entries(operations)
			.map(([key, { name: label, action, description }]) => ({
				name: label,
				value: key,
				action,
				description,
			}))
			.sort((a, b) => a.name.localeCompare(b.name)),
		default: first,
	};
	const fields = Object.entries(operations).flatMap(([key, operation]) =>
		[toolDescription(operation), ...propertiesOf(operation.parameters)].map((field) =>
			shownFor(value, key, field),
		),
	);
	return { name, value, operations, properties: [dropdown, ...fields] };
}

/** What a model is told when the node is an agent's tool (docs/n8n.md, The node as a tool). */
const toolDescription = ({ description, returns = RETURNS_JOB }: Operation): INodeProperties => ({
	displayName: 'Description',
	name: 'toolDescription',
	type: 'string',
	typeOptions: { rows: 3 },
	displayOptions: { show: { '@tool': [true] } },
	default: `${description} ${returns}`,
	required: true,
	description: 'What the model is told about this tool',
});

const RETURNS_JOB =
	'Returns the finished job: "jobId" for next steps, "cdnImage" with the URL of the image, "quota" with what it cost, "actions" with the next steps that it offers: upsample1 to upsample4 make one image of a grid a single one, from top left to bottom right.';

/**
 * The same field, shown for one operation only; what it is shown for already stays a condition. Resource and operation
 * come first: n8n shows a field at the first condition on a parameter that holds an expression.
 */
function shownFor(
	resourceValue: string,
	operation: string,
	field: INodeProperties,
): INodeProperties {
	const show = { resource: [resourceValue], operation: [operation], ...field.displayOptions?.show };
	return { ...field, displayOptions: { ...field.displayOptions, show } };
}
