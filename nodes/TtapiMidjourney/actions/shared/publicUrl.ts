import { InputError } from '../../jobs/errors';
import { isDataUrl, quoted } from '../../jobs/quoted';
import type { Item } from '../../parameters/item';
import type { Parameter } from '../../parameters/parameter';
import type { Tools } from '../../run/operation';
import { httpUrl, isPrivateHost } from '../../transport/hosts';

/** An address that TTAPI is to load. Throws an InputError if it cannot, and if it is empty. */
export function publicUrl(
	item: Item,
	parameter: Parameter<string | string[]>,
	{ allowPrivate }: Tools,
): string {
	const [address = ''] = [item.get(parameter)].flat();
	const url = httpUrl(address);
	if (url && (allowPrivate || !isPrivateHost(url.hostname))) return address;
	const label = `'${parameter.property.displayName}'`;
	const what =
		address === '' ? 'is empty' : `must be a public http(s) URL (got ${quoted(address)})`;
	const elsewhere = isDataUrl(address)
		? ' If there is a field for the input type, choose Base64 for a data: URL.'
		: '';
	throw new InputError(`${label} ${what}`, `Enter the public http(s) URL of an image.${elsewhere}`);
}
