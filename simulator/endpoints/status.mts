import type { Mode } from '../options.mts';
import type { Endpoint } from './endpoint.mts';

/** The status of the service in each mode. */
export const status: Endpoint = {
	name: 'status',
	path: '/midjourney/status',
	methods: ['GET'],
	answer(_fields, { settings }) {
		const running = (mode: Mode) => ({
			status: 200,
			runningMessage: 'Endpoints running',
			averageExecute: settings.jobMs[mode] / 1000,
		});
		const data = { fast: running('fast'), relax: running('relax'), turbo: running('turbo') };
		return { status: 'SUCCESS', message: 'success', data };
	},
};
