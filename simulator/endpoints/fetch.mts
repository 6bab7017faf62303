import { fetchEndpoint } from './fetchEndpoint.mts';

/** The state of a job. TTAPI's older page asks by POST, the newer ones by GET. */
export const fetch = fetchEndpoint({
	name: 'fetch',
	path: '/midjourney/v1/fetch',
	families: ({ videoFetch }) => (videoFetch === 'own' ? ['image'] : ['image', 'video']),
	method: ({ spelling }) => spelling.fetchMethod,
});
