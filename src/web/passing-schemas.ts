import { z } from '@hono/zod-openapi';

/** The data of one server-sent event named `passing`: true for a moment, kept nowhere, without an id. */
export const PassingEvent = z
  .object({ kind: z.string(), threadId: z.string().nullable(), data: z.record(z.string(), z.unknown()) })
  .openapi('PassingEvent');
export type PassingEvent = z.output<typeof PassingEvent>;

/** The data of a `passing` event of the kind `message.growing`: an answer so far, to the message with that id. */
export const Growing = z.object({ messageId: z.string(), model: z.string(), text: z.string(), calls: z.array(z.string()) });
export type Growing = z.output<typeof Growing>;
