import type { CallbackStatus } from '../callbacks/respond';

/** A call that starts nothing, with the answer to it. */
export class NotStarted extends Error {
	constructor(
		readonly httpStatus: CallbackStatus,
		message: string,
	) {
		super(message);
	}
}

/** Too much is under way: the caller is asked to come again. */
export const tooMany = () => new NotStarted(503, 'Too many callbacks at once');
