import type { Link } from './link.ts';

/** Words without the bot's own name, as somebody or as the role that Discord makes for it. */
export const withoutNames = ({ self, roles }: Link, words: string): string =>
  words
    .replaceAll(/<@([!&]?)(\d{1,20})>/g, (whole, kind, id) => ((kind === '&' ? roles.has(id) : id === self?.userId) ? '' : whole))
    .trim();
