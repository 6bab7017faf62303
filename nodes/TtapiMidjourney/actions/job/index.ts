import { resource } from '../resource';
import { get } from './get.operation';
import { getMany } from './getMany.operation';
import { wait } from './wait.operation';

export const job = resource('Job', 'job', { get, getMany, wait });
