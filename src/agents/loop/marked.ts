import { asData } from '../as-data.ts';

/** Something from outside, for a model to read and not to follow. */
export const asFound = (from: string, value: unknown): string => `<data from=${asData(from)}>${asData(value)}</data>`;

/** What somebody with the right to give orders here said. */
export const asOrder = (by: string, text: string): string => `<order by=${asData(by)}>${asData(text)}</order>`;

/** What Wilco itself says in the middle of a run. */
export const asNotice = (text: string): string => `<wilco>${text}</wilco>`;
