/** Thrown to refuse a request with this HTTP status and message. */
export class Refusal extends Error {
	constructor(
		readonly status: number,
		message: string,
	) {
		super(message);
	}
}

/** 400 for a field that is missing. */
export const emptyField = (field: string) => new Refusal(400, `"${field}" cannot be empty.`);

/** 400 for a field that is wrong. Our own `reason` follows the documented message. */
export const wrongField = (field: string, reason = '') =>
	new Refusal(400, `'${field}' parameter error! ${reason}`.trim());
