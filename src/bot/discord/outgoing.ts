import type { RawFile } from 'discord.js';
import { FLAGS, type Rendered } from './card.ts';

/** Nobody is ever called by anything that stands in a message of ours. */
const NOBODY = { parse: [] } as const;

/** The body of a message, and the file that goes with it: the same for every door through which one leaves. */
export const outgoing = (
  { components, file }: Rendered,
  more: { nonce?: string; private?: boolean; replyTo?: string } = {},
): { body: Record<string, unknown>; files?: RawFile[] } => ({
  body: {
    components,
    flags: more.private ? FLAGS | EPHEMERAL : FLAGS,
    allowed_mentions: NOBODY,
    ...(more.nonce ? { nonce: more.nonce, enforce_nonce: true } : {}),
    ...(more.replyTo ? { message_reference: { message_id: more.replyTo, fail_if_not_exists: false } } : {}),
    // An edit names every file that stays; one that is not named goes.
    attachments: file ? [{ id: '0', filename: file.name }] : [],
  },
  ...(file ? { files: [{ name: file.name, data: Buffer.from(file.text, 'utf8'), contentType: 'text/plain; charset=utf-8' }] } : {}),
});

const EPHEMERAL = 64;
