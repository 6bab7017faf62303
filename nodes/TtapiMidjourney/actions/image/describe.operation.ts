import { asDataUrl } from '../../images/readPictures';
import { waitForResult } from '../../parameters/job';
import { TIMED_OPTIONS } from '../../parameters/options';
import { fieldsOf, pictures } from '../../parameters/pictures';
import type { Operation } from '../../run/operation';
import { pictureSource, publicUrl } from '../shared/pictureSources';

const image = pictures({
	what: 'image',
	needed: 'The image to describe',
});

/** POST /midjourney/v1/describe (docs/ttapi.md, Endpoints): four prompts that would make a picture like this one. */
export const describe: Operation = {
	name: 'Describe',
	action: 'Describe an image',
	description: 'Get four prompts that would generate an image like this one. Costs quota.',
	kinds: [{ value: 'describe', name: 'Describe' }],
	hasCallback: false,
	returns: 'Returns "prompts".',
	parameters: [...fieldsOf(image), waitForResult, ...TIMED_OPTIONS],

	prepare(item, tools) {
		const work = {
			kind: 'submit',
			path: '/midjourney/v1/describe',
			family: 'image',
			action: 'describe',
		} as const;
		// TTAPI loads an address by itself.
		if (item.get(image.source) === 'url')
			return { ...work, body: { url: publicUrl(item, image.url, tools) } };
		const picture = pictureSource(item, tools, image);
		return {
			...work,
			check: async () => void (await picture.peek()),
			body: async () => ({ base64: asDataUrl(await picture.load()) }),
		};
	},
};
