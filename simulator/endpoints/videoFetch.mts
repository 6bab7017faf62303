import { fetchEndpoint } from './fetchEndpoint.mts';

/** The state of a video: its path is a guess from that of image edits. */
export const videoFetch = fetchEndpoint({
	name: 'videoFetch',
	path: '/midjourney/video/fetch',
	families: ({ videoFetch }) => (videoFetch === 'own' ? ['video'] : []),
	method: () => 'GET',
});
