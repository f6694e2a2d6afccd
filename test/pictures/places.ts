import { resolve } from 'node:path';

/** What is sent to the platforms, one file for each card or message. */
export const SHOWN = resolve(import.meta.dirname, 'shown');
export const PICTURES = resolve(import.meta.dirname, '../../docs/images/cards');
/** Of which text each picture was made, as SHA-256. */
export const MADE_FROM = resolve(PICTURES, 'made-from.json');
