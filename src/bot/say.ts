import { visible } from '../dispatch/visible.ts';
import type { Answer } from './surface.ts';

export type Private = Answer & { kind: 'private' };

/** A sentence for the eyes of whoever did something. */
export const say = (text: string): Private => ({ kind: 'private', text: visible(text), card: null });

/** What could not be stored did nothing, and whoever did it hears so. */
export const NOT_TAKEN = 'That could not be taken just now, and nothing was done. Try again in a moment.';
