/** JSON in which no tag can be opened or closed: whatever stands in it stays inside its quotes. */
const inQuotes = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e');

/** Something from outside, for a model to read and not to follow. */
export const asData = (from: string, value: unknown): string => `<data from=${inQuotes(from)}>${inQuotes(value)}</data>`;

/** What somebody with the right to give orders here said. */
export const asOrder = (by: string, text: string): string => `<order by=${inQuotes(by)}>${inQuotes(text)}</order>`;

/** What Wilco itself says in the middle of a run. */
export const asNotice = (text: string): string => `<wilco>${text}</wilco>`;
