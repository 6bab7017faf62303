/** A call that starts nothing, with the answer to it. */
export class NotStarted extends Error {
	constructor(
		readonly httpStatus: 200 | 400 | 401 | 404 | 413 | 503,
		message: string,
	) {
		super(message);
	}
}

/** Too much is under way: the caller is asked to come again. */
export const tooMany = () => new NotStarted(503, 'Too many callbacks at once');
