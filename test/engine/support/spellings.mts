/** Tables of what people type into a field, and of what sheets and expressions give, with what comes of it. */
import { describe, expect, test } from '@jest/globals';
import type {
	IDataObject,
	INodeExecutionData,
	INodeProperties,
	INodePropertyCollection,
} from 'n8n-workflow';

import { cutOut } from '../../operations.mts';
import { answer, sent, type Sent } from './http.mts';
import { N8N_URL } from './pausing.mts';
import { itemWith, png } from './pictures.mts';
import { runWorkflow, type Result } from './runWorkflow.mts';
import { PAID, playTtapi, type World } from './ttapi.mts';
import { workflowOf, type OperationName } from './workflows.mts';

/** A value, and what is to be seen of it. */
export type Rows = Array<[given: unknown, seen: unknown]>;
/** A value that is none, and the error. */
export type Wrong = Array<[given: unknown, says: string]>;

export interface Field {
	operation: OperationName;
	/** Where n8n keeps it. */
	path: string;
	/** What else is set. */
	parameters?: IDataObject;
	items?: INodeExecutionData[];
	world?: World;
	/** Whether n8n takes the value as it stands, without evaluating it. */
	isPlain?: boolean;
	/** What is to be seen of the value. */
	see: (run: Result) => unknown;
	rows: Rows;
	wrong?: Wrong;
}

export const FRAME = 'https://example.com/a.png';
const CORNERS = ['tl', 'tr', 'bl', 'br'];
const paths: readonly string[] = Object.values(PAID);

export const submits = (): Sent[] => sent.filter(({ path }) => paths.includes(path));

/** What the first submit holds. */
export const body = () => submits()[0]?.body ?? {};

/** @param key a field of the first submit */
export const sees = (key: string) => () => body()[key];

/** All of these look the same. */
export const all = (given: unknown[], seen: unknown): Rows =>
	[...new Set(given)].map((each) => [each, seen]);

/** Every spelling of a yes and of a no, and nothing at all. */
export const flagRows = (yes: unknown, no: unknown, unset: unknown): Rows => [
	...all([true, 'TRUE', 'true', ' True ', 1, '1', 'yes', 'On'], yes),
	...all([false, 'FALSE', 'false', 0, '0', 'No', 'OFF'], no),
	...all(['', ' ', null], unset),
];
export const notAFlag = (label: string): Wrong => [
	['maybe', `'${label}' must be true or false (got "maybe")`],
	[2, `'${label}' must be true or false (got 2)`],
	[['true'], `'${label}' must be true or false (got a list)`],
	[{}, `'${label}' must be true or false (got an object)`],
];
export const notAChoice = (label: string): Wrong => [
	['carrier pigeon', `'${label}' can't be "carrier pigeon"`],
	[{}, `'${label}' can't be an object`],
];
export const notANumber = (label: string, must: string): Wrong => [
	['many', `'${label}' must be ${must} (got "many")`],
	[-1, `'${label}' must be ${must} (got -1)`],
	[true, `'${label}' must be ${must} (got true)`],
	[[5], `'${label}' must be ${must} (got a list)`],
];

/** Sets one field, and what else the run needs. */
export function parametersWith(
	{ path, parameters = {} }: Pick<Field, 'path' | 'parameters'>,
	value: unknown,
): IDataObject {
	const [name, inner] = path.split('.');
	if (inner === undefined) return { ...parameters, [name]: value } as IDataObject;
	if (name === 'rectangles') {
		const rectangle = { x: 1, y: 2, width: 10, height: 20, [inner]: value } as IDataObject;
		return { ...parameters, rectangles: { rectangle: [rectangle] } };
	}
	return {
		...parameters,
		[name]: { ...(parameters[name] as IDataObject), [inner]: value },
	} as IDataObject;
}

/** The items of an operation unless its field says others. */
function usualItems(operation: OperationName): INodeExecutionData[] {
	const json = { prompt: 'a', jobId: 'grid', imageUrl: FRAME };
	if (operation === 'blend') return [itemWith({ first: png(), second: png() }, json)];
	return operation === 'edit' ? [itemWith({ data: cutOut() }, json)] : [{ json }];
}

/** Runs the operation with the field as an expression, and the value in the items. */
async function run(field: Field, given: unknown): Promise<Result> {
	const { operation, world, items = usualItems(operation) } = field;
	playTtapi({
		history: () => ({ json: { status: 'SUCCESS', data: [] } }),
		...world,
	});
	for (const name of ['job-1', ...CORNERS.map((corner) => `job-1_${corner}`)])
		answer('GET', `https://cdn.ttapi.io/${name}.png`, { status: 200, body: png() });
	return await runWorkflow(workflowOf(operation), {
		items: items.map(({ json, ...item }) => ({
			...item,
			json: { ...json, given } as IDataObject,
		})),
		parameters: parametersWith(field, field.isPlain ? given : '={{ $json.given }}'),
		n8nUrl: N8N_URL,
	});
}

/** Where a panel has flags, choices and numbers. */
export function pathsOf(properties: INodeProperties[], prefix = ''): string[] {
	return properties.flatMap(({ name, type, options = [] }) => {
		if (type === 'collection') return pathsOf(options as INodeProperties[], `${name}.`);
		if (type === 'fixedCollection') {
			const groups = options as INodePropertyCollection[];
			return groups.flatMap(({ values }) => pathsOf(values, `${name}.`));
		}
		const isRead = ['boolean', 'number', 'options', 'multiOptions'].includes(type);
		return isRead && !['resource', 'operation'].includes(name) ? [prefix + name] : [];
	});
}

/** Tests every row of these fields. */
export function testFields(kind: string, fields: Field[]): void {
	describe(kind, () => {
		const rows = fields.flatMap((field) =>
			field.rows.map(([given, seen]) => ({ field, title: titleOf(field, given), given, seen })),
		);
		test.each(rows)('$title is $seen', async ({ field, given, seen }) => {
			expect(await field.see(await run(field, given))).toEqual(seen);
		});

		const wrong = fields.flatMap((field) =>
			(field.wrong ?? []).map(([given, says]) => {
				return { field, title: titleOf(field, given), given, says };
			}),
		);
		test.each(wrong)(
			'$title is refused before anything is sent',
			async ({ field, given, says }) => {
				const { error, items } = await run(field, given);
				expect(error).toMatchObject({
					name: 'NodeOperationError',
					message: says,
					context: { itemIndex: 0 },
				});
				expect(error?.description?.length).toBeGreaterThan(10);
				expect([items, sent]).toEqual([[], []]);
			},
		);
	});
}

function titleOf({ operation, path }: Field, given: unknown): string {
	return `${operation}, ${path}: ${JSON.stringify(given)}`;
}
