import type { Message } from '../../../src/web/schemas.ts';

const isEcho = (message: Message, before: Message | undefined): boolean =>
  message.author.kind === 'wilco' && message.card === undefined && (before?.card?.notes.some((note) => note === message.text) ?? false);

/** A result stands on its card: said again right below it is noise. Where other messages came in between, it is news and stays. */
export const withoutEchoes = (messages: readonly Message[]): readonly Message[] =>
  messages.filter((message, at) => !isEcho(message, messages[at - 1]));
