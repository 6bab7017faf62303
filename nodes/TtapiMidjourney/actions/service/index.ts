import { resource } from '../resource';
import { getStatus } from './getStatus.operation';

export const service = resource('Service', 'service', { getStatus });
