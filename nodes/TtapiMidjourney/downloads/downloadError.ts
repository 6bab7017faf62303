export class DownloadError extends Error {
	constructor(
		message: string,
		/** Whether it may work when retried. */
		readonly transient: boolean,
		/** Whether the host doesn't have the file, or not any more. */
		readonly isGone = false,
	) {
		super(message);
	}
}

/** The time for the download is over. */
export class OutOfTimeError extends DownloadError {
	constructor() {
		super('the time for it is over', false);
	}
}

/** Turns anything that was thrown into a DownloadError. Unknown errors come from the network, so they are transient. */
export function asDownloadError(error: unknown): DownloadError {
	if (error instanceof DownloadError) return error;
	return new DownloadError(error instanceof Error ? error.message : String(error), true);
}
