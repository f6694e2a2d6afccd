import { z } from 'zod';
import { field } from './tool.ts';

const KEY = /^[a-z0-9][a-z0-9_-]{0,39}$/;
const UNKEYED = 'A group is named in small letters, digits and -, such as finance.';

/** The key of a group, however it was written: `Finance` is `finance`. */
export const groupKey = () => z.string().trim().toLowerCase().regex(KEY, UNKEYED);

export const groupField = () => groupKey().meta(field({ title: 'Group', control: 'line', slot: 'name' }));
