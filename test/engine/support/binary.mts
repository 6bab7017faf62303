import type { IBinaryData } from 'n8n-workflow';

import { BinaryDataConfig, BinaryDataService, Container, storageFolder } from './n8n.mts';

/** The two places where n8n keeps files: in the item itself, or in a folder. */
export const BINARY_MODES = ['default', 'filesystem'] as const;

/** Chooses where n8n keeps files from now on. */
export async function useBinaryMode(mode: (typeof BINARY_MODES)[number]): Promise<void> {
	Object.assign(Container.get(BinaryDataConfig), { mode, localStoragePath: storageFolder });
	await Container.get(BinaryDataService).init();
}

/** The bytes of a file, wherever n8n keeps it. */
export const bytesOf = async (file: IBinaryData): Promise<Buffer> =>
	await Container.get(BinaryDataService).getAsBuffer(file);
