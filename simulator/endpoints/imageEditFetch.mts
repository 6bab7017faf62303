import { fetchEndpoint } from './fetchEndpoint.mts';

/** The state of an image edit. */
export const imageEditFetch = fetchEndpoint({
	name: 'imageEditFetch',
	path: '/midjourney/image-edits/fetch',
	families: () => ['edit'],
	method: () => 'GET',
});
