import { InputError } from '../../jobs/errors';
import { httpUrl, isPrivateHost } from '../../transport/hosts';
import type { Tools } from '../../run/operation';

/** An address that TTAPI is to load. Throws an InputError where it cannot, and where it is empty. */
export function publicUrl(label: string, given: unknown, { allowPrivate }: Tools): string {
	const address = String(given ?? '').trim();
	const url = httpUrl(address);
	if (url && (allowPrivate || !isPrivateHost(url.hostname))) return address;
	const what = address === '' ? 'empty' : `not a public http(s) URL: ${address}`;
	throw new InputError(`${label} is ${what}`, 'Enter the public http(s) URL of an image.');
}
