import { z } from 'zod';

const UNSHOWABLE = 'It holds a character that cannot be shown (NUL or half a character). Take it out.';
const isShowable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();
const hasWords = (text: string): boolean => text.trim() !== '';

/** What a text may be: how long at most, and what to say when it is empty. */
type Limits = { max: number; empty: string };

const tooLong = (max: number) => ({ error: `It is too long: at most ${max.toLocaleString('en')} characters.`, abort: true });

/** One line in a person's own words: trimmed, without breaks and control characters. */
export const line = ({ max, empty }: Limits) =>
  z
    .string()
    .trim()
    .min(1, { error: empty, abort: true })
    .max(max, tooLong(max))
    .refine(isShowable, { error: UNSHOWABLE, abort: true })
    .refine((text) => !/[\p{Cc}\u2028\u2029]/u.test(text), 'It holds a line break or a control character. Write it on one line.');

/** A text of any number of lines, kept to the last byte. */
export const block = ({ max, empty }: Limits) =>
  z
    .string()
    .min(1, { error: empty, abort: true })
    .max(max, tooLong(max))
    .refine(isShowable, { error: UNSHOWABLE, abort: true })
    .refine(hasWords, empty);

/** As `block`, and it may be left empty. */
export const optionalBlock = (max: number) => z.string().max(max, tooLong(max)).refine(isShowable, UNSHOWABLE).default('');

/** A check for `superRefine` that says itself what is wrong, if anything is. */
export const unless =
  (why: (text: string) => string | undefined) =>
  (text: string, ctx: z.core.$RefinementCtx<string>): void => {
    const message = why(text);
    if (message !== undefined) ctx.addIssue(message);
  };
