import { z } from 'zod';
import type { Log } from '../../log.ts';
import type { Answer, ChatEvent, Who } from '../surface.ts';
import { type AnswerDeps, type Reply, replyUntold, replyWith } from './answer.ts';
import type { Client } from './api.ts';
import type { Self } from './connection.ts';
import { type Accounts, readPicked, withAccounts } from './picked.ts';
import { type Heard, type ReadDeps, readEvent } from './read-event.ts';
import type { AskWho } from './who.ts';

export type HearDeps = {
  client(): Client;
  ask: AskWho;
  isOurThread: (at: { channel: string; threadTs: string; botUserId: string }) => Promise<boolean>;
  file: ReadDeps['file'];
  accounts: Accounts;
  log: Log;
};

type On = (event: ChatEvent) => Promise<Answer>;

/** Not taken in, so not acknowledged either: Slack sends it again. */
export class NotNow extends Error {
  override name = 'NotNow';
}

const homeOf =
  ({ ask }: HearDeps, heard: Heard, on: On) =>
  async (userId: string): Promise<Answer> => {
    const who = await ask(userId);
    const event = { kind: 'home' as const, eventId: `home/${userId}`, place: heard.event.place };
    return who.ok ? on({ ...event, who: who.value }) : { kind: 'nothing' };
  };

/** People who were picked in a form are those whom they are linked to; somebody who is nobody here is told of beside the picker. */
const answerOf = async ({ accounts }: HearDeps, heard: Heard, { on, who }: { on: On; who: Who }): Promise<Answer> => {
  const { event, by } = heard;
  if (event.kind !== 'submit' || by.kind !== 'submit') return on({ ...event, who });
  const picked = await readPicked(accounts, by.body);
  if ('problems' in picked) return { kind: 'invalid', problems: picked.problems };
  return on({ ...event, who, values: { ...event.values, ...picked.values } });
};

const answerTo = async (deps: HearDeps, heard: Heard, on: On): Promise<Reply> => {
  const answering: AnswerDeps = { client: deps.client(), home: homeOf(deps, heard, on) };
  const who = await deps.ask(heard.userId);
  if (who.ok) return replyWith(answering, heard, await withAccounts(deps.accounts, await answerOf(deps, heard, { on, who: who.value })));
  // Words come again until it is known whose they are; whoever pressed something hears it now.
  if (heard.by.kind === 'message') throw new NotNow('Slack did not say who it was');
  return replyUntold(answering, heard);
};

/** Takes one payload in: what was told, who it was, what came of it. When it returns everything is stored that has to be. */
export const hear = async (deps: HearDeps, at: { self: Self; on: On; body: Record<string, unknown> }): Promise<Reply> => {
  const { self, on, body } = at;
  const isOurThread = (channel: string, threadTs: string) => deps.isOurThread({ channel, threadTs, botUserId: self.botUserId });
  try {
    const heard = await readEvent({ ...self, isOurThread, file: deps.file }, body);
    return heard ? await answerTo(deps, heard, on) : { ack: undefined };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    // Coming again it would be no more readable.
    deps.log.warn({ surface: 'slack', type: String(body.type) }, 'event.unreadable');
    return { ack: undefined };
  }
};
