import { action } from './action.mts';
import { blend } from './blend.mts';
import { describe } from './describe.mts';
import type { Endpoint } from './endpoint.mts';
import { fetch } from './fetch.mts';
import { fetchList } from './fetchList.mts';
import { imageEdit } from './imageEdit.mts';
import { imageEditFetch } from './imageEditFetch.mts';
import { imagine } from './imagine.mts';
import { info } from './info.mts';
import { inpaint } from './inpaint.mts';
import { promptCheck } from './promptCheck.mts';
import { seed } from './seed.mts';
import { status } from './status.mts';
import { videoExtend } from './videoExtend.mts';
import { videoFetch } from './videoFetch.mts';
import { videoSubmit } from './videoSubmit.mts';

/** Every endpoint of the API. To add one, add a file to this folder and its name to this list. */
export const endpoints: Endpoint[] = [
	imagine,
	action,
	seed,
	blend,
	describe,
	inpaint,
	imageEdit,
	videoSubmit,
	videoExtend,
	fetch,
	imageEditFetch,
	videoFetch,
	fetchList,
	promptCheck,
	status,
	info,
];
