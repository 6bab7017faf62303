import { fetchEndpoint } from './fetchEndpoint.mts';

/** Returns the state of an image edit. */
export const imageEditFetch = fetchEndpoint({
	name: 'imageEditFetch',
	path: '/midjourney/image-edits/fetch',
	families: () => ['edit'],
	documentedMethod: () => 'GET',
});
