import { downloadField, modeField, promptField, waitForResultField } from '../../parameters/job';
import {
	LONGEST_WAIT_SECONDS,
	PROMPT_OPTIONS,
	untimedOptionsField,
} from '../../parameters/options';
import { pictureFields, type PictureParameters } from '../../parameters/pictures';
import type { ImageInfo } from '../../images/imageBytes';
import { asDataUrl, type Picture } from '../../images/readPictures';
import { transparencyOf } from '../../images/transparency';
import { InputError } from '../../jobs/errors';
import { checkedPrompt } from '../shared/checkedPrompt';
import type { Operation } from '../../run/operation';
import { pictureSource } from '../shared/pictureSources';
import { publicUrl } from '../shared/publicUrl';

const IMAGE: PictureParameters = {
	source: 'imageInput',
	label: 'Image',
	needed: 'A PNG or WebP whose area to repaint is transparent; to retexture also a JPEG or BMP',
	several: false,
	url: { name: 'imageUrl', label: 'Image URL' },
	base64: { name: 'imageBase64', label: 'Image in Base64' },
};

/** POST /midjourney/image-edits/submit (docs/ttapi.md, Endpoints): repaints part of any picture, or all of its surfaces. */
export const edit: Operation = {
	name: 'Edit',
	action: 'Edit an image',
	description:
		'Repaint the transparent area of any image, or restyle the image as a whole (retexture). Costs quota.',
	returns: 'Returns the finished job: "images" with the URLs.',
	longestSeconds: LONGEST_WAIT_SECONDS,
	fields: [
		{
			displayName: 'Edit Type',
			name: 'editType',
			type: 'options',
			options: [
				{
					name: 'Edit',
					value: 'edit',
					description: 'Repaint what is transparent, and leave the rest',
				},
				{
					name: 'Retexture',
					value: 'retexture',
					description: 'Keep the shapes, and change materials, light and style',
				},
			],
			default: 'edit',
			description: 'What to do with the image',
		},
		...pictureFields(IMAGE),
		{ ...promptField, description: 'What the image shows when it is done, as a whole' },
		modeField,
		waitForResultField,
		downloadField,
		untimedOptionsField(...PROMPT_OPTIONS),
	],

	prepare(item, tools) {
		const type = item.choice('Edit Type', item.text('editType') || 'edit', ['edit', 'retexture']);
		const prompt = item.required('prompt', 'Prompt', 'Describe the image as it is to be.');
		const { mode } = item;
		const work = {
			kind: 'submit',
			path: '/midjourney/image-edits/submit',
			family: 'edit',
			action: type,
			...checkedPrompt(item, tools, prompt),
		} as const;
		// TTAPI loads an address by itself.
		if (item.text('imageInput') === 'url') {
			const image = publicUrl('Image URL', item.text('imageUrl'), tools);
			return { ...work, body: { prompt, image, mode, type } };
		}
		const source = pictureSource(item, tools, IMAGE);
		return {
			...work,
			check: async () => {
				refuseGif(await source.peek());
				if (type === 'edit') await requireTransparency(await source.load());
			},
			body: async () => ({ prompt, image: asDataUrl(await source.load()), mode, type }),
		};
	},
};

function refuseGif(image: ImageInfo | undefined): void {
	if (image?.mimeType !== 'image/gif') return;
	throw new InputError(
		'The image is a GIF, which TTAPI does not edit',
		'Use a PNG, JPEG, BMP or WebP image.',
	);
}

/** Where there is nothing to repaint, the job would be paid for in vain. */
async function requireTransparency({ bytes }: Picture): Promise<void> {
	if ((await transparencyOf(bytes)) !== 'none') return;
	throw new InputError(
		'The image has no transparent area, so there is nothing to edit',
		'Make the area to repaint transparent (PNG or WebP), or set Edit Type to Retexture.',
	);
}
