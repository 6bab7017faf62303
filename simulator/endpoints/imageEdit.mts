import { ratioOf } from '../pictures/picture.mts';
import { refuseBannedWords } from '../requests/bannedWords.mts';
import { checkEditImage } from '../requests/editImage.mts';
import { choice, hookUrlOf, modeOf, requiredText, timeoutOf } from '../requests/fields.mts';
import { submitEndpoint } from './endpoint.mts';
import { gridFor } from './imagine.mts';

/** Repaints the transparent area of an image (edit), or all of it in a new style (retexture). */
export const imageEdit = submitEndpoint({
	name: 'imageEdit',
	path: '/midjourney/image-edits/submit',
	async plan(body, ttapi) {
		const prompt = requiredText(body, 'prompt');
		const image = requiredText(body, 'image');
		const mode = modeOf(body);
		const type = choice(body, 'type', ['edit', 'retexture'], 'edit');
		const hookUrl = hookUrlOf(body);
		const ratio = (await checkEditImage(image, type === 'edit')) ?? ratioOf(prompt);
		refuseBannedWords(prompt, ttapi.settings.bannedWords);
		return {
			family: 'edit',
			action: type,
			prompt,
			mode,
			timeout: timeoutOf({}, mode),
			hookUrl,
			getUImages: true,
			picture: gridFor(prompt, ttapi.seedFor(`${type} ${prompt}`), ratio),
			components: [],
		};
	},
});
