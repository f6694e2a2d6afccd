import { z } from '@hono/zod-openapi';
import { NOTICE_KINDS } from '../db/preferences.ts';

const Time = z.iso.datetime();

export const NoticeInfo = z
  .object({
    id: z.string(),
    kind: z.enum(NOTICE_KINDS),
    title: z.string(),
    /** On what the action is, where there is one. Not part of a push. */
    about: z.string().nullable(),
    /** Where the console shows it. */
    path: z.string(),
    proposalId: z.string().nullable(),
    at: Time,
    /** Neither read nor settled. */
    unread: z.boolean(),
    /** Nothing is left to do about it. */
    settled: z.boolean(),
  })
  .openapi('Notification');
export type NoticeInfo = z.output<typeof NoticeInfo>;

export const NoticePage = z.object({ items: z.array(NoticeInfo), next: z.string().nullable(), unread: z.int() }).openapi('Notifications');
export type NoticePage = z.output<typeof NoticePage>;

/** Whether this installation can push, and to how many browsers of the caller. */
export const PushInfo = z.object({ publicKey: z.string().nullable(), browsers: z.int() }).openapi('Push');
export type PushInfo = z.output<typeof PushInfo>;

const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write a time such as 22:00.');

export const MyPreferences = z
  .object({
    name: z.string(),
    /** IANA name. */
    timeZone: z.string(),
    language: z.literal('en'),
    notify: z.object({ approval: z.boolean(), run: z.boolean(), cost: z.boolean(), health: z.boolean() }),
    sound: z.boolean(),
    /** A direct message, too, in the chats where an account of yours is linked. */
    direct: z.boolean(),
    /** No sound, no push and no direct message between these, by the clock of `timeZone`. */
    quiet: z.object({ from: Clock, to: Clock }).nullable(),
    /** Whether the first steps were gone through or skipped. */
    guided: z.boolean(),
  })
  .openapi('Preferences');
export type MyPreferences = z.output<typeof MyPreferences>;
