import type { IDataObject } from 'n8n-workflow';

import { Item } from '../../../nodes/TtapiMidjourney/parameters/item.ts';
import { fakeContext } from './fakeContext.mts';

/** The only item of a run, with these parameters. */
export const itemWith = (parameters: IDataObject): Item =>
	new Item(fakeContext({ parameters }).context, 0);

/** The same with these in the collection `options`. */
export const itemWithOptions = (options: IDataObject, parameters: IDataObject = {}): Item =>
	itemWith({ mode: 'fast', ...parameters, options });
