import { image } from './image';
import { job } from './job';
import { prompt } from './prompt';
import type { Resource } from './resource';
import { service } from './service';

/** All that the node can do. */
export const RESOURCES: readonly Resource[] = [image, job, prompt, service];
