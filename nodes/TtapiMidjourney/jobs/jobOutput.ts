import type { Job } from './job';

/**
 * What a job makes. A job in the history may have no action: then it may be anything that its other fields don't rule out.
 */
type JobType = Pick<Job, 'family' | 'action'>;

/** Jobs of the image family that make no image. */
const WITHOUT_IMAGE = /^(describe|seed)$/i;

/** The actions that make a single image. All others make a grid. */
const SINGLE_IMAGE = /^(redo_)?up(sample|scale)/i;

/** Whether a job makes a grid or a single image. */
export const makesImage = ({ family, action }: JobType): boolean =>
	family === 'image' && !WITHOUT_IMAGE.test(action ?? '');

export const makesSingleImage = ({ family, action }: JobType): boolean =>
	family === 'image' && (action === null || SINGLE_IMAGE.test(action));

export const makesVideo = ({ family, action }: JobType): boolean =>
	family === 'video' || (family === 'image' && action === null);
