import { createHash } from 'node:crypto';

import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';

/** The smallest PNG header of this size, and `more` bytes behind it: nobody here draws it. */
export function png(width = 1024, height = 768, more = 20): Buffer {
	const header = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
	const size = Buffer.alloc(8);
	size.writeUInt32BE(width, 0);
	size.writeUInt32BE(height, 4);
	return Buffer.concat([header, size, Buffer.alloc(more, width)]);
}

export const jpeg = (): Buffer => Buffer.from('ffd8ffc0001108030004000301', 'hex');

/** An item with the given binary fields, kept in memory, with names and types that are all wrong. */
export const itemWith = (fields: Record<string, Buffer>, json = {}): INodeExecutionData => ({
	json,
	binary: Object.fromEntries(
		Object.entries(fields).map(([name, bytes]): [string, IBinaryData] => [
			name,
			{ data: bytes.toString('base64'), mimeType: 'text/plain', fileName: `${name}.txt` },
		]),
	),
});

/** Says whether two files hold the same bytes, and quickly. */
export const checksum = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
