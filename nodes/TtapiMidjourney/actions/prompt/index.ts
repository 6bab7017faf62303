import { resource } from '../resource';
import { check } from './check.operation';

export const prompt = resource('Prompt', 'prompt', { check });
