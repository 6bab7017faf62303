import { required, shownAs, text } from './parameter';

/** A prompt that may be left empty. */
export const optionalPrompt = text({
	name: 'prompt',
	label: 'Prompt',
	help: 'What the image shows. Midjourney parameters such as --ar 16:9 may follow, or be set in Prompt Parameters.',
	shown: {
		typeOptions: { rows: 3 },
		placeholder: 'e.g. a lighthouse on a cliff at dawn, watercolor --ar 16:9',
	},
});

/**
 * @param toDo what to enter, as the error for an empty one says it
 * @param changes what the panel says of it for this operation
 */
export const promptFor = (toDo: string, changes: Parameters<typeof shownAs>[1] = {}) =>
	shownAs(required(optionalPrompt, toDo), changes);
