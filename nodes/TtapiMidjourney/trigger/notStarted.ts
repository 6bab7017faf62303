import type { CallbackStatus } from '../callbacks/respond';

/** Thrown for a call that starts nothing, with the answer to it. */
export class NotStarted extends Error {
	constructor(
		readonly httpStatus: CallbackStatus,
		message: string,
	) {
		super(message);
	}
}

/** The caller is asked to call again later. */
export const tooMany = () => new NotStarted(503, 'Too many callbacks at once');
