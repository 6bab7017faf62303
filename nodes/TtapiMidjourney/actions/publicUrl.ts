import { InputError } from '../jobs/errors';
import { httpUrl, isPrivateHost } from '../transport/hosts';
import type { Tools } from './operation';

/** An address that TTAPI is to load. Throws an InputError where it cannot, and where it is empty. */
export function publicUrl(label: string, given: string, { allowPrivate }: Tools): string {
	const url = httpUrl(given);
	if (url && (allowPrivate || !isPrivateHost(url.hostname))) return given;
	const what = given === '' ? 'empty' : `not a public http(s) URL: ${given}`;
	throw new InputError(`${label} is ${what}`, 'Enter the public http(s) URL of an image.');
}
