import { resource } from '../resource';
import { action } from './action.operation';
import { blend } from './blend.operation';
import { describe } from './describe.operation';
import { edit } from './edit.operation';
import { getSeed } from './getSeed.operation';
import { imagine } from './imagine.operation';
import { inpaint } from './inpaint.operation';

export const image = resource('Image', 'image', {
	imagine,
	action,
	blend,
	describe,
	getSeed,
	inpaint,
	edit,
});
