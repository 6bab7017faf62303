import { resource } from '../resource';
import { get } from './get.operation';

export const account = resource('Account', 'account', { get });
