import { bannedWordsIn } from '../requests/bannedWords.mts';
import { requiredText } from '../requests/fields.mts';
import type { Endpoint } from './endpoint.mts';

/** Whether imagine would accept a prompt. If not, the answer is still HTTP 200. */
export const promptCheck: Endpoint = {
	name: 'promptCheck',
	path: '/midjourney/v1/promptCheck',
	methods: ['POST'],
	answer(body, { settings }) {
		const message = bannedWordsIn(requiredText(body, 'prompt'), settings.bannedWords);
		if (message) return { status: 'FAILED', message, data: null };
		return { status: 'SUCCESS', message: 'success', data: 'Prompt verification successful.' };
	},
};
