import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isRecord } from '../jobs/json';
import { pathOf, type Parameter } from './parameter';

/** One input item, with the node's parameters evaluated for it. */
export class Item {
	/** Evaluated once each: expressions take their time. */
	private readonly evaluated = new Map<string, unknown>();

	constructor(
		readonly context: IExecuteFunctions,
		readonly index: number,
	) {}

	/** What came in. */
	get input(): INodeExecutionData {
		return this.context.getInputData()[this.index];
	}

	/** The value of a parameter, checked. Throws an InputError for one that cannot be used. */
	get<T>({ name, collection, read, isLocator }: Parameter<T>): T {
		if (!collection) return read(this.evaluate(name, isLocator));
		const added = this.evaluate(collection.name);
		return read(isRecord(added) ? added[name] : undefined);
	}

	private evaluate(name: string, extractValue = false): unknown {
		if (!this.evaluated.has(name)) {
			const value: unknown = this.context.getNodeParameter(name, this.index, null, {
				extractValue,
			});
			this.evaluated.set(name, value);
		}
		return this.evaluated.get(name);
	}
}

/** Whether the user added the parameter, whatever it evaluates to. */
export const isAdded = (context: IExecuteFunctions, { name, collection }: Parameter): boolean => {
	const { parameters } = context.getNode();
	const added = collection ? parameters[collection.name] : parameters;
	return isRecord(added) && name in added;
};

/** A setting of the whole run: that of the first item, whose other options do not matter for it. */
export const settingOfRun = <T>(context: IExecuteFunctions, parameter: Parameter<T>): T =>
	parameter.read(context.getNodeParameter(pathOf(parameter), 0, null));
