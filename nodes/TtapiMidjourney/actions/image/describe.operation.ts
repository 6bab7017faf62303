import { asDataUrl } from '../../images/readPictures';
import { waitForResultField } from '../../parameters/job';
import { waitOptionsField } from '../../parameters/options';
import { pictureFields, type PictureParameters } from '../../parameters/pictures';
import type { Operation } from '../../run/operation';
import { pictureSource } from '../shared/pictureSources';
import { publicUrl } from '../shared/publicUrl';

const IMAGE: PictureParameters = {
	source: 'imageInput',
	label: 'Image',
	needed: 'The image to describe',
	several: false,
	url: { name: 'imageUrl', label: 'Image URL' },
	base64: { name: 'imageBase64', label: 'Image in Base64' },
};

/** POST /midjourney/v1/describe (docs/ttapi.md, Endpoints): four prompts that would make a picture like this one. */
export const describe: Operation = {
	name: 'Describe',
	action: 'Describe an image',
	description: 'Get four prompts that would generate an image like this one. Costs quota.',
	returns: 'Returns "prompts".',
	fields: [...pictureFields(IMAGE), waitForResultField, waitOptionsField()],

	prepare(item, tools) {
		const work = {
			kind: 'submit',
			path: '/midjourney/v1/describe',
			family: 'image',
			action: 'describe',
		} as const;
		// TTAPI loads an address by itself.
		if (item.text('imageInput') === 'url') {
			const url = publicUrl('Image URL', item.text('imageUrl'), tools);
			return { ...work, body: { url } };
		}
		const picture = pictureSource(item, tools, IMAGE);
		return {
			...work,
			check: async () => void (await picture.peek()),
			body: async () => ({ base64: asDataUrl(await picture.load()) }),
		};
	},
};
