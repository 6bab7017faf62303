import type { INodeProperties } from 'n8n-workflow';

interface PictureFieldTexts {
	/** The parameter that chooses where the picture comes from. */
	source: 'imageInput' | 'maskInput';
	/** Its label. */
	label: string;
	/** What is needed, as the help text of each field. */
	needed: string;
	/** The parameters that take an address and base64, with their labels. */
	url: { name: string; label: string; several?: boolean };
	base64: { name: string; label: string; several?: boolean };
}

/** The fields that take one or several pictures from a binary field, an address or base64. */
export function pictureFields({
	source,
	label,
	needed,
	url,
	base64,
}: PictureFieldTexts): INodeProperties[] {
	const shownFor = (value: string) => ({ displayOptions: { show: { [source]: [value] } } });
	const linesOf = (several?: boolean) => (several ? { typeOptions: { rows: 3 } } : {});
	return [
		{
			displayName: label,
			name: source,
			type: 'options',
			options: [
				{
					name: 'Binary Data',
					value: 'binary',
					description: 'A file that a node before this one read or downloaded',
				},
				{ name: 'URL', value: 'url', description: 'A public address on the internet' },
				{
					name: 'Base64',
					value: 'base64',
					description: 'The picture as text, with or without the "data:" prefix',
				},
			],
			default: 'binary',
			description: 'Where the picture comes from',
		},
		{
			displayName: 'Input Binary Field',
			name: 'binaryPropertyName',
			type: 'string',
			default: 'data',
			required: true,
			hint: url.several
				? 'Several fields are separated by commas, for example image_1, image_2'
				: undefined,
			description: needed,
			...shownFor('binary'),
		},
		{
			displayName: url.label,
			name: url.name,
			type: 'string',
			...linesOf(url.several),
			default: '',
			required: true,
			placeholder: 'e.g. https://example.com/picture.png',
			hint: url.several ? 'One address a line' : undefined,
			description: needed,
			...shownFor('url'),
		},
		{
			displayName: base64.label,
			name: base64.name,
			type: 'string',
			...linesOf(base64.several),
			default: '',
			required: true,
			placeholder: 'e.g. data:image/png;base64,iVBORw0KGgo...',
			hint: base64.several ? 'One picture a line' : undefined,
			description: needed,
			...shownFor('base64'),
		},
	];
}
