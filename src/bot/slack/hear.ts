import { z } from 'zod';
import type { Log } from '../../log.ts';
import { say } from '../say.ts';
import type { Answer, ChatEvent } from '../surface.ts';
import { type AnswerDeps, type Reply, replyUntold, replyWith } from './answer.ts';
import type { Self } from './connection.ts';
import type { GoingOn } from './going-on.ts';
import type { Homes } from './homes.ts';
import { inTime } from './late.ts';
import { channelPart, type Heard, type ReadDeps, readEvent } from './read-event.ts';
import { MOVED, NOWHERE, rehome } from './rehome.ts';
import type { createRepeats } from './repeats.ts';
import type { Threads } from './threads.ts';
import type { Whispering } from './whisper.ts';
import type { AskWho } from './who.ts';
import type { NameOf } from './words.ts';

export type HearDeps = Whispering & {
  homes: Homes;
  repeats: ReturnType<typeof createRepeats>;
  ask: AskWho;
  threads: Threads;
  nameOf: NameOf;
  goesOn: GoingOn;
  file: ReadDeps['file'];
  log: Log;
};

export type On = (event: ChatEvent) => Promise<Answer>;

/** Not taken in, so not acknowledged either: Slack sends it again. */
export class NotNow extends Error {
  override name = 'NotNow';
}

/** Somebody's own page as it would be now. */
export const homeOf = async ({ ask }: Pick<HearDeps, 'ask'>, { self, on }: { self: Self; on: On }, userId: string): Promise<Answer> => {
  const who = await ask(userId);
  const place = { surface: 'slack', channel: channelPart(self.workspace, userId), thread: 'feed' };
  const event = { kind: 'home' as const, eventId: `home/${userId}`, place };
  return who.ok ? on({ ...event, who: who.value }) : { kind: 'nothing' };
};

type At = { answering: AnswerDeps; on: On };

const answerTo = async (deps: HearDeps, told: Heard, { answering, on }: At): Promise<Reply> => {
  const [who, housed] = await Promise.all([deps.ask(told.userId), rehome(deps.places, told)]);
  // Words come again until it is known whose they are; whoever pressed something hears it now.
  if (!who.ok && told.by.kind === 'message') throw new NotNow('Slack did not say who it was');
  if (!who.ok) return replyUntold(answering, told);
  if (!housed) return replyWith(answering, told, say(NOWHERE));
  const { heard, moved } = housed;
  const answer = await on({ ...heard.event, who: who.value });
  return replyWith(answering, heard, moved && answer.kind === 'nothing' ? say(MOVED) : answer);
};

/** Conversations with single people are told in passing. */
const notePlace = ({ places }: HearDeps, { by, userId }: Heard): void => {
  if (by.kind === 'opened' || (by.kind === 'message' && by.direct)) places.isDirect(userId, by.channel);
};

const take = (deps: HearDeps, heard: Heard, at: { self: Self; on: On }): Promise<Reply> => {
  const { on } = at;
  const answering: AnswerDeps = { ...deps, home: (userId) => homeOf(deps, at, userId) };
  const { by } = heard;
  notePlace(deps, heard);
  const answer = () => answerTo(deps, heard, { answering, on });
  return inTime(answering, heard, by.kind === 'submit' ? () => deps.repeats(by.body, answer) : answer);
};

/** Takes one payload in: what was told, who it was, what came of it. When it returns everything is stored that has to be. */
export const hear = async (deps: HearDeps, at: { self: Self; on: On; body: Record<string, unknown> }): Promise<Reply> => {
  const { self, on, body } = at;
  const { threads, file, nameOf, goesOn } = deps;
  const reading: ReadDeps = {
    ...self,
    isOurThread: (channel, threadTs) => threads.isOurs({ channel, threadTs, botUserId: self.botUserId }),
    begins: (channel, ts, ours) => threads.begins({ channel, threadTs: ts }, ours),
    nameOf,
    goesOn,
    file,
  };
  try {
    const heard = await readEvent(reading, body);
    return heard ? await take(deps, heard, { self, on }) : { ack: undefined };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    // Coming again it would be no more readable.
    deps.log.warn({ surface: 'slack', type: String(body.type) }, 'event.unreadable');
    return { ack: undefined };
  }
};
