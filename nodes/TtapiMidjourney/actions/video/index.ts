import { resource } from '../resource';
import { create } from './create.operation';
import { extend } from './extend.operation';

export const video = resource('Video', 'video', { create, extend });
