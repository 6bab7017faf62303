import type { INodeProperties } from 'n8n-workflow';

import { splitNames, type ImageSource } from '../images/readPictures';
import { InputError } from '../jobs/errors';
import { isRecord } from '../jobs/json';
import { choice, lines, mapped, text, type DescribedChoice, type Parameter } from './parameter';
import { readNumber } from './read';

/** The parameters through which an operation takes its pictures. */
export interface PictureParameters {
	/** What the pictures are, as the panel says it: "Image". */
	label: string;
	/** What is needed: the help text of each field. */
	needed: string;
	/** Where the picture comes from. */
	source: Parameter<ImageSource | 'rectangles'>;
	/** The names of binary fields. */
	binary: Parameter<string[]>;
	url: Parameter<string[]>;
	base64: Parameter<string[]>;
}

interface PictureDeclaration {
	/** What the picture is: all names and labels follow from it. */
	what: 'image' | 'mask';
	/** The help text of each field. */
	needed: string;
	/** Whether several pictures are taken. */
	several?: boolean;
	/** Where else the picture may come from. */
	more?: ReadonlyArray<DescribedChoice<'rectangles'>>;
}

const SOURCES: ReadonlyArray<DescribedChoice<ImageSource>> = [
	{
		name: 'Binary Data',
		value: 'binary',
		description: 'A file that a node before this one read or downloaded',
	},
	{ name: 'URL', value: 'url', description: 'A public URL on the internet' },
	{
		name: 'Base64',
		value: 'base64',
		description: 'The image as text, with or without the "data:" prefix',
	},
];

/**
 * Declares the fields that take one or several pictures from a binary field, a URL or base64: `imageInput`, `imageUrl` (or
 * `imageUrls`), `imageBase64` (or `imagesBase64`), and the same for a mask.
 */
export function pictures(declaration: PictureDeclaration): PictureParameters {
	const { what, needed, several = false, more = [] } = declaration;
	const one = what === 'image' ? 'Image' : 'Mask';
	const s = several ? 's' : '';
	const shownFor = (value: string): Partial<INodeProperties> => ({
		displayOptions: { show: { [`${what}Input`]: [value] } },
	});
	const field = (name: string, label: string, shown: Partial<INodeProperties>) => {
		const spec = { name, label, help: needed, shown };
		return several
			? lines({ ...spec, shown: { ...shown, typeOptions: { rows: 3 } } })
			: mapped(text(spec), (given) => (given === '' ? [] : [given]));
	};
	return {
		label: one + s,
		needed,
		source: choice<ImageSource | 'rectangles'>({
			name: `${what}Input`,
			label: `${one}${s} Input Type`,
			help: `How to pass the ${what}${s} to this node`,
			choices: [...SOURCES, ...more],
			default: 'binary',
		}),
		binary: mapped(
			text({
				name: 'binaryPropertyName',
				label: 'Input Binary Field',
				help: needed,
				default: 'data',
				shown: {
					hint: several
						? 'The names of the binary fields, separated by commas, e.g. image_1, image_2'
						: `The name of the input binary field containing the ${what}`,
					...shownFor('binary'),
				},
			}),
			splitNames,
		),
		url: field(`${what}Url${s}`, `${one} URL${s}`, {
			placeholder: `e.g. https://example.com/${what}.png`,
			hint: several ? 'One URL per line' : undefined,
			...shownFor('url'),
		}),
		base64: field(`${what}${s}Base64`, `${one}${s} in Base64`, {
			placeholder: 'e.g. data:image/png;base64,iVBORw0KGgo...',
			hint: several ? 'One image per line' : undefined,
			...shownFor('base64'),
		}),
	};
}

/** The fields of pictures, in the order of the panel. */
export const fieldsOf = ({ source, binary, url, base64 }: PictureParameters): Parameter[] => [
	source,
	binary,
	url,
	base64,
];

/** The way to pass a mask without a picture. */
export const RECTANGLES = {
	name: 'Rectangles',
	value: 'rectangles',
	description: 'Draw the mask here: one or more rectangles to repaint',
} as const;

const shownForRectangles = { displayOptions: { show: { maskInput: ['rectangles'] } } };

export const rectangleUnit = choice<'percent' | 'pixels'>({
	name: 'rectangleUnit',
	label: 'Rectangle Unit',
	help: 'Whether the rectangles are given in percent or in pixels of the image',
	choices: [
		{
			name: 'Percent',
			value: 'percent',
			description: "X and Width in percent of the image's width, Y and Height of its height",
		},
		{ name: 'Pixels', value: 'pixels' },
	],
	default: 'percent',
	shown: shownForRectangles,
});

/** A part of an image, in the chosen unit. */
export type Rectangle = Record<'x' | 'y' | 'width' | 'height', number>;

const edge = (displayName: string, value: number, description: string): INodeProperties => ({
	displayName,
	name: displayName.toLowerCase(),
	type: 'number',
	typeOptions: { minValue: 0 },
	default: value,
	description: `${description}, in the Rectangle Unit`,
});

/** The parts of an image to repaint. */
export const rectangles: Parameter<Rectangle[]> = {
	name: 'rectangles',
	property: {
		displayName: 'Rectangles',
		name: 'rectangles',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add rectangle',
		default: {},
		options: [
			{
				displayName: 'Rectangle',
				name: 'rectangle',
				values: [
					edge('X', 25, 'Distance from the left edge of the image'),
					edge('Y', 25, 'Distance from the top edge of the image'),
					edge('Width', 50, 'How wide it is'),
					edge('Height', 50, 'How tall it is'),
				],
			},
		],
		description: 'The regions to repaint. They can overlap but must stay inside the image.',
		...shownForRectangles,
	},
	read: (given) => {
		const entries: unknown = isRecord(given) ? given.rectangle : undefined;
		if (Array.isArray(entries) && entries.length > 0) return entries.map(readRectangle);
		throw new InputError(
			'There is no rectangle to repaint',
			'Add a rectangle, or choose another Mask Input Type.',
		);
	},
};

function readRectangle(given: unknown, at: number): Rectangle {
	const fields = isRecord(given) ? given : {};
	const toDo = 'Use numbers: X and Y from 0, Width and Height greater than 0.';
	const read = (edge: string, mayBeZero: boolean) => {
		const label = `${edge} of Rectangle ${at + 1}`;
		const length = readNumber(label, fields[edge.toLowerCase()], { least: 0 }, toDo);
		if (length === undefined) throw new InputError(`'${label}' is empty`, toDo);
		if (length === 0 && !mayBeZero)
			throw new InputError(`'${label}' must be greater than 0 (got 0)`, toDo);
		return length;
	};
	return {
		x: read('X', true),
		y: read('Y', true),
		width: read('Width', false),
		height: read('Height', false),
	};
}
