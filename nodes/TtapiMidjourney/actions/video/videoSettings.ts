import type { Item } from '../../parameters/item';

/** TTAPI's fields for the options that both operations have; what the user did not add is left out. */
export function videoSettings(item: Item): { manual?: string; bs?: number } {
	const count = item.chosen('Number of Videos', 'videoCount', ['1', '2', '4']);
	return {
		manual: item.chosen('Motion', 'motion', ['low', 'high']),
		bs: count === undefined ? undefined : Number(count),
	};
}
