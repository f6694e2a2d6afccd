import { type Day, isoOf } from './calendar.ts';

/**
 * `day`: exactly one day was said. `unclear`: a date was meant, and `say` asks for it; `near` is a day to offer.
 * `none`: no date; `hint` when a word of it belongs to dates.
 */
export type DayRead = { kind: 'day'; day: string } | { kind: 'unclear'; say: string; near?: string } | { kind: 'none'; hint: boolean };

/** What was said, in lower case without punctuation, and as it was written for the question. */
export type Said = { words: readonly string[]; written: string; today: Day };

export const unclear = (said: Said, why: string): DayRead => ({ kind: 'unclear', say: `“${said.written}” ${why}. Which day do you mean?` });
export const exactly = (day: Day): DayRead => ({ kind: 'day', day: isoOf(day) });
