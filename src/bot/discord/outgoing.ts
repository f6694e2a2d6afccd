import type { RawFile } from 'discord.js';
import type { Called } from '../surface.ts';
import { FLAGS, type Rendered } from './card.ts';

/** Nobody is ever called by words that stand in a message of ours, but by id those whom its view names. */
const called = (calls: readonly Called[]) => {
  const ids = (wanted: Called['kind']) => calls.flatMap(({ kind, id }) => (kind === wanted ? [id] : []));
  return { parse: [], ...(calls.length > 0 ? { users: ids('user'), roles: ids('group') } : {}) };
};

/** The body of a message, and the file that goes with it: the same for every door through which one leaves. */
export const outgoing = (
  { components, file }: Rendered,
  more: { nonce?: string; private?: boolean; replyTo?: string; calls?: readonly Called[] } = {},
): { body: Record<string, unknown>; files?: RawFile[] } => ({
  body: {
    components,
    flags: more.private ? FLAGS | EPHEMERAL : FLAGS,
    allowed_mentions: called(more.calls ?? []),
    ...(more.nonce ? { nonce: more.nonce, enforce_nonce: true } : {}),
    ...(more.replyTo ? { message_reference: { message_id: more.replyTo, fail_if_not_exists: false } } : {}),
    // An edit names every file that stays; one that is not named goes.
    attachments: file ? [{ id: '0', filename: file.name }] : [],
  },
  ...(file ? { files: [{ name: file.name, data: Buffer.from(file.text, 'utf8'), contentType: 'text/plain; charset=utf-8' }] } : {}),
});

const EPHEMERAL = 64;
