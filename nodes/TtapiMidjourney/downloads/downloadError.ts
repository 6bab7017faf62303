/** A file that cannot be downloaded. */
export class DownloadError extends Error {
	constructor(
		message: string,
		/** Whether another try may work. */
		readonly transient: boolean,
		/** Whether its host does not have it, or no longer. */
		readonly isGone = false,
	) {
		super(message);
	}
}

/** Anything that is not our own verdict is trouble on the way: the connection could not be made or broke off. */
export function asDownloadError(error: unknown): DownloadError {
	if (error instanceof DownloadError) return error;
	return new DownloadError(error instanceof Error ? error.message : String(error), true);
}
