import type { ImageInfo } from '../../images/imageBytes';
import { asDataUrl, type Picture } from '../../images/readPictures';
import { transparencyOf } from '../../images/transparency';
import { InputError } from '../../jobs/errors';
import { download, mode, waitForResult } from '../../parameters/job';
import { PROMPT_OPTIONS, UNTIMED_OPTIONS } from '../../parameters/options';
import { choice } from '../../parameters/parameter';
import { fieldsOf, pictures } from '../../parameters/pictures';
import { promptFor } from '../../parameters/prompt';
import type { Operation } from '../../run/operation';
import { checkedPrompt } from '../shared/checkedPrompt';
import { pictureSource, publicUrl } from '../shared/pictureSources';

const editType = choice({
	name: 'editType',
	label: 'Edit Type',
	help: 'What to do with the image',
	choices: [
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
});

const image = pictures({
	what: 'image',
	needed:
		'PNG or WebP with the area to repaint made transparent. Retexture also accepts JPEG and BMP.',
});

const prompt = promptFor('Describe the whole finished image.', {
	description: 'Describe the whole finished image, not just the part that changes',
});

/** POST /midjourney/image-edits/submit (docs/ttapi.md, Endpoints): repaints part of any picture, or all of its surfaces. */
export const edit: Operation = {
	name: 'Edit',
	action: 'Edit an image',
	description:
		'Repaint the transparent area of any image, or restyle the image as a whole (retexture). Costs quota.',
	kinds: [{ value: 'edit', name: 'Image Edit' }],
	returns: 'Returns the finished job: "images" with the URLs.',
	parameters: [
		editType,
		...fieldsOf(image),
		prompt,
		mode,
		waitForResult,
		download,
		...UNTIMED_OPTIONS,
		...PROMPT_OPTIONS,
	],

	prepare(item, tools) {
		const type = item.get(editType);
		const fields = { prompt: item.get(prompt), mode: item.get(mode), type };
		const work = {
			kind: 'submit',
			path: '/midjourney/image-edits/submit',
			family: 'edit',
			action: type,
			...checkedPrompt(item, tools, fields.prompt),
		} as const;
		// TTAPI loads an address by itself.
		if (item.get(image.source) === 'url')
			return { ...work, body: { image: publicUrl(item, image.url, tools), ...fields } };
		const source = pictureSource(item, tools, image);
		return {
			...work,
			check: async () => {
				refuseGif(await source.peek());
				if (type === 'edit') await requireTransparency(await source.load());
			},
			body: async () => ({ image: asDataUrl(await source.load()), ...fields }),
		};
	},
};

function refuseGif(picture: ImageInfo | undefined): void {
	if (picture?.mimeType !== 'image/gif') return;
	throw new InputError(
		'The image is a GIF, which TTAPI does not edit',
		'Use a PNG, JPEG, BMP or WebP image.',
	);
}

/** Without anything to repaint, the job would be paid in vain. */
async function requireTransparency({ bytes }: Picture): Promise<void> {
	if ((await transparencyOf(bytes)) !== 'none') return;
	throw new InputError(
		'The image has no transparent area, so there is nothing to edit',
		'Make the area to repaint transparent (PNG or WebP), or set Edit Type to Retexture.',
	);
}
