import { resource } from '../resource';
import { get } from './get.operation';
import { wait } from './wait.operation';

export const job = resource('Job', 'job', { get, wait });
