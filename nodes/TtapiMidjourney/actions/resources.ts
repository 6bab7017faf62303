import type { Resource } from '../run/operation';
import { account } from './account';
import { image } from './image';
import { job } from './job';
import { prompt } from './prompt';
import { service } from './service';
import { video } from './video';

/** All that the node can do. */
export const RESOURCES: readonly Resource[] = [account, image, job, prompt, service, video];
