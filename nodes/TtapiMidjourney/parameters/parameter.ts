import type { INodeProperties } from 'n8n-workflow';

import { InputError } from '../jobs/errors';
import { splitList } from '../prompts/typed';
import {
	isUnset,
	readChoice,
	readFlag,
	readList,
	readNumber,
	readText,
	type Choice,
	type NumberLimits,
} from './read';

/** A group of parameters that the user adds one by one, such as Options. */
export interface Collection {
	name: string;
	label: string;
	/** What the button says that adds one. */
	add: string;
	help?: string;
}

/** A parameter of a node, declared once: how the panel shows it, and how its value is read. */
export interface Parameter<T = unknown> {
	readonly name: string;
	/** The collection that it is added in; undefined if the panel shows it by itself. */
	readonly collection?: Collection;
	readonly property: INodeProperties;
	/** The typed value of what n8n gives: null or undefined if it is not set. Throws an InputError for what cannot be used. */
	readonly read: (given: unknown) => T;
	/** Whether n8n has to take the value out of a resource locator: see `locator`. */
	readonly isLocator?: boolean;
}

/** Where n8n keeps it. */
export const pathOf = ({ name, collection }: Parameter): string =>
	collection ? `${collection.name}.${name}` : name;

/** What every declaration says. */
interface Declaration<Default, Unset = Default> {
	name: string;
	in?: Collection;
	/** Its name in the panel. */
	label: string;
	help: string;
	/** What the panel shows at first, or once the parameter is added. */
	default: Default;
	/** What it is read as if it is not set: `default`, unless this says something else. */
	unset?: Unset;
	/** What else the panel shows: hints, placeholders, conditions. */
	shown?: Partial<INodeProperties>;
}

/** Yes or no. */
export function flag<Unset = boolean>(
	declaration: Declaration<boolean, Unset>,
): Parameter<boolean | Unset> {
	return {
		...declared(declaration, { type: 'boolean' }),
		read: (given) => readFlag(declaration.label, given) ?? unsetOf(declaration),
	};
}

/** A number within its limits: the panel and the reader hold to the same ones. */
export function number<Unset = number>(
	declaration: Declaration<number, Unset> & NumberLimits,
): Parameter<number | Unset> {
	const typeOptions = { minValue: declaration.least, maxValue: declaration.most };
	return {
		...declared(declaration, { type: 'number', typeOptions }),
		read: (given) => readNumber(declaration.label, given, declaration) ?? unsetOf(declaration),
	};
}

/** A value to choose, with its help in the panel. */
export type DescribedChoice<T extends string | number> = Choice<T> & { description?: string };

/** One of several values. */
export function choice<T extends string | number, Unset = T>(
	declaration: Declaration<NoInfer<T>, Unset> & { choices: ReadonlyArray<DescribedChoice<T>> },
): Parameter<T | Unset> {
	const { label, choices } = declaration;
	return {
		...declared(declaration, { type: 'options', options: [...choices] }),
		read: (given) => readChoice(label, given, choices) ?? unsetOf(declaration),
	};
}

/** Several of several values; also as text, with commas between them. */
export function choices<T extends string>(
	declaration: Declaration<NoInfer<T>[]> & { choices: ReadonlyArray<DescribedChoice<T>> },
): Parameter<T[]> {
	const { label, choices: all } = declaration;
	return {
		...declared(declaration, { type: 'multiOptions', options: [...all] }),
		read: (given) =>
			isUnset(given)
				? unsetOf(declaration)
				: readList(label, given).flatMap((entry) => readChoice(label, entry, all) ?? []),
	};
}

/** A text without the spaces around it, empty if it is not set. */
export function text(
	declaration: Omit<Declaration<string>, 'default' | 'unset'> & { default?: string },
): Parameter<string> {
	return {
		...declared({ ...declaration, default: declaration.default ?? '' }, { type: 'string' }),
		read: (given) => readText(declaration.label, given),
	};
}

/**
 * An ID, chosen from a list or entered: n8n's resource locator. In a saved workflow it may also be a plain string.
 * @param declaration `default` is the ID at first; `search` is the node's method that fills the list
 */
export function locator(
	declaration: Omit<Declaration<string>, 'in' | 'unset'> & {
		search: string;
		/** What the empty field shows, for each of its two modes. */
		placeholders: { list: string; id: string };
	},
): Parameter<string> {
	const { label, default: value, search, placeholders } = declaration;
	const id = { __rl: true, mode: 'id', value } as const;
	const kind: Pick<INodeProperties, 'type' | 'modes'> = {
		type: 'resourceLocator',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: placeholders.list,
				typeOptions: { searchListMethod: search, searchable: true },
			},
			{ displayName: 'By ID', name: 'id', type: 'string', placeholder: placeholders.id },
		],
	};
	return {
		...declared({ ...declaration, default: id }, kind),
		isLocator: true,
		read: (given) => readText(label, given),
	};
}

/** Several texts: a list, or a text with one a line or with a comma before each address. */
export function lines(
	declaration: Omit<Declaration<string>, 'default' | 'unset'>,
): Parameter<string[]> {
	const { label } = declaration;
	return {
		...declared({ ...declaration, default: '' }, { type: 'string' }),
		read: (given) =>
			(Array.isArray(given)
				? given.map((entry) => readText(label, entry))
				: splitList(readText(label, given))
			).filter((entry) => entry !== ''),
	};
}

/**
 * The same text, which must not be empty.
 * @param toDo what to enter, as the error says it
 */
export function required(parameter: Parameter<string>, toDo: string): Parameter<string> {
	const { property, read } = parameter;
	return {
		...parameter,
		property: { ...property, required: true },
		read: (given) => {
			const value = read(given);
			if (value === '') throw new InputError(`'${property.displayName}' is empty`, toDo);
			return value;
		},
	};
}

/** The same parameter, with a value made of what it reads. */
export const mapped = <A, B>(parameter: Parameter<A>, make: (value: A) => B): Parameter<B> => ({
	...parameter,
	read: (given) => make(parameter.read(given)),
});

/** The same parameter, which the panel shows differently for one operation. */
export const shownAs = <T>(
	parameter: Parameter<T>,
	changes: Partial<INodeProperties>,
): Parameter<T> => ({ ...parameter, property: { ...parameter.property, ...changes } });

/**
 * The parameters as n8n wants them described. A collection stands where its first parameter does, and lists its parameters
 * by their labels.
 */
export function propertiesOf(parameters: readonly Parameter[]): INodeProperties[] {
	const shown = new Map<string, INodeProperties>();
	for (const { collection, property } of parameters) {
		if (!collection) {
			if (shown.has(property.name)) throw new Error(`Two parameters are named ${property.name}`);
			shown.set(property.name, property);
		} else if (!shown.has(collection.name)) {
			const members = parameters.filter((each) => each.collection === collection);
			shown.set(collection.name, collectionOf(collection, members));
		}
	}
	return [...shown.values()];
}

function collectionOf(
	{ name, label, add, help }: Collection,
	members: readonly Parameter[],
): INodeProperties {
	return {
		displayName: label,
		name,
		type: 'collection',
		placeholder: add,
		default: {},
		...(help ? { description: help } : {}),
		options: members
			.map(({ property }) => property)
			.sort((a, b) => a.displayName.localeCompare(b.displayName)),
	};
}

function declared<Default extends INodeProperties['default']>(
	{ name, in: collection, label, help, default: value, shown }: Declaration<Default, unknown>,
	kind: Pick<INodeProperties, 'type' | 'options' | 'modes' | 'typeOptions'>,
): Omit<Parameter, 'read'> {
	const property = {
		displayName: label,
		name,
		...kind,
		default: value,
		description: help,
		...shown,
		typeOptions: { ...kind.typeOptions, ...shown?.typeOptions },
	};
	return { name, collection, property };
}

const unsetOf = <Default, Unset>(declaration: Declaration<Default, Unset>): Default | Unset =>
	'unset' in declaration ? (declaration.unset as Unset) : declaration.default;
