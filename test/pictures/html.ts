export type Json = Record<string, unknown>;

export const listOf = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []); // the fakes checked its shape
export const objectOf = (value: unknown): Json => (typeof value === 'object' && value !== null ? { ...value } : {});

const MARKS: Record<string, string> = {
  '🔵': '#3b82f6',
  '🟣': '#9b59d0',
  '🟢': '#2eb67d',
  '🔴': '#e01e5a',
  '🟠': '#e8912d',
  '⚪': '#c8ccd1',
};

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Words as they stand; a mark is drawn here, for not every machine has a font with colours. */
export const drawn = (text: string): string =>
  escapeHtml(text).replace(/[🔵🟣🟢🔴🟠⚪]/gu, (mark) => `<i class="mark" style="background:${MARKS[mark]}"></i>`);
