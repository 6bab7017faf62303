import { fetchEndpoint } from './fetchEndpoint.mts';

/** Returns the state of a job. TTAPI's older docs use POST, its newer ones GET. */
export const fetch = fetchEndpoint({
	name: 'fetch',
	path: '/midjourney/v1/fetch',
	families: ({ videoFetch }) => (videoFetch === 'own' ? ['image'] : ['image', 'video']),
	documentedMethod: ({ spelling }) => spelling.fetchMethod,
});
