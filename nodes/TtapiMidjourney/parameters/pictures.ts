import type { INodeProperties } from 'n8n-workflow';

/** The parameters through which an operation takes its pictures: their names and labels. */
export interface PictureParameters {
	/** The parameter that chooses where the picture comes from. */
	source: 'imageInput' | 'maskInput';
	/** Its label. */
	label: string;
	/** What is needed: the help text of each field. */
	needed: string;
	/** Whether several pictures are taken. */
	several: boolean;
	/** The parameter that takes an address. */
	url: { name: string; label: string };
	/** The parameter that takes base64. */
	base64: { name: string; label: string };
}

const RECTANGLES_INPUT = {
	name: 'Rectangles',
	value: 'rectangles',
	description: 'Draw the mask here: one or more rectangles to repaint',
};

const shownForRectangles = { displayOptions: { show: { maskInput: ['rectangles'] } } };

const edge = (displayName: string, value: number, description: string): INodeProperties => ({
	displayName,
	name: displayName.toLowerCase(),
	type: 'number',
	typeOptions: { minValue: 0 },
	default: value,
	description: `${description}, in the Rectangle Unit`,
});

/** The fields that take a mask as rectangles. */
export const rectangleFields: INodeProperties[] = [
	{
		displayName: 'Rectangle Unit',
		name: 'rectangleUnit',
		type: 'options',
		options: [
			{
				name: 'Percent',
				value: 'percent',
				description: "X and Width in percent of the image's width, Y and Height of its height",
			},
			{ name: 'Pixels', value: 'pixels' },
		],
		default: 'percent',
		description: 'Whether the rectangles are given in percent or in pixels of the image',
		...shownForRectangles,
	},
	{
		displayName: 'Rectangles',
		name: 'rectangles',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Rectangle',
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
		description: 'The regions to repaint. They may overlap, but not reach beyond the image.',
		...shownForRectangles,
	},
];

/** The fields that take one or several pictures from a binary field, an address or base64. */
export function pictureFields({
	source,
	label,
	needed,
	several,
	url,
	base64,
}: PictureParameters): INodeProperties[] {
	const shownFor = (value: string) => ({ displayOptions: { show: { [source]: [value] } } });
	const drawn = source === 'maskInput' ? [RECTANGLES_INPUT] : [];
	const rows = several ? { typeOptions: { rows: 3 } } : {};
	return [
		{
			displayName: `${label} Input Type`,
			name: source,
			type: 'options',
			options: [
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
				...drawn,
			],
			default: 'binary',
			description: `How to pass the ${label.toLowerCase()} to this node`,
		},
		{
			displayName: 'Input Binary Field',
			name: 'binaryPropertyName',
			type: 'string',
			default: 'data',
			hint: several
				? 'The names of the binary fields, separated by commas, e.g. image_1, image_2'
				: `The name of the input binary field containing the ${label.toLowerCase()}`,
			description: needed,
			...shownFor('binary'),
		},
		{
			displayName: url.label,
			name: url.name,
			type: 'string',
			...rows,
			default: '',
			placeholder: `e.g. https://example.com/${source === 'maskInput' ? 'mask' : 'image'}.png`,
			hint: several ? 'One URL per line' : undefined,
			description: needed,
			...shownFor('url'),
		},
		{
			displayName: base64.label,
			name: base64.name,
			type: 'string',
			...rows,
			default: '',
			placeholder: 'e.g. data:image/png;base64,iVBORw0KGgo...',
			hint: several ? 'One image per line' : undefined,
			description: needed,
			...shownFor('base64'),
		},
	];
}
