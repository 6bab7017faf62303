import { asDataUrl, fromBase64, fromBinary, requireBinary } from '../../images/readPictures';
import { waitForResultField } from '../fields/job';
import { optionsField, WAIT_OPTIONS } from '../fields/options';
import { pictureFields } from '../fields/pictures';
import { showFor } from '../fields/show';
import type { Item } from '../item';
import type { Operation, RequestBody } from '../operation';

/** POST /midjourney/v1/describe (ttapi-api.md 2, 5): four prompts that would make a picture like this one. */
export const describe: Operation = {
	description: showFor('image', 'describe', [
		...pictureFields({
			source: 'imageInput',
			label: 'Image',
			needed: 'The picture to describe',
			url: { name: 'imageUrl', label: 'Image URL' },
			base64: { name: 'imageBase64', label: 'Image in Base64' },
		}),
		waitForResultField,
		optionsField(WAIT_OPTIONS),
	]),

	prepare(item) {
		return {
			kind: 'submit',
			path: '/midjourney/v1/describe',
			family: 'image',
			action: 'describe',
			body: pictureBody(item),
		};
	},
};

/** TTAPI loads an address by itself; everything else is sent along. */
function pictureBody(item: Item): RequestBody | (() => Promise<RequestBody>) {
	const source = item.text('imageInput');
	if (source === 'url') {
		return {
			url: item.required('imageUrl', 'Image URL', 'Enter the public address of a picture.'),
		};
	}
	if (source === 'base64') {
		const text = item.required('imageBase64', 'Image in Base64', 'Enter a picture as base64 text.');
		return { base64: asDataUrl(fromBase64(text)) };
	}
	const field = item.text('binaryPropertyName');
	requireBinary(item, field);
	return async () => ({ base64: asDataUrl(await fromBinary(item, field)) });
}
