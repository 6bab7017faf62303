import { fetchEndpoint } from './fetchEndpoint.mts';

/** Returns the state of a video job. The path is a guess based on that of image edits. */
export const videoFetch = fetchEndpoint({
	name: 'videoFetch',
	path: '/midjourney/video/fetch',
	families: ({ videoFetch }) => (videoFetch === 'own' ? ['video'] : []),
	documentedMethod: () => 'GET',
});
