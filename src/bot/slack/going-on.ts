import { recent } from '../../recent.ts';
import { isCorrection } from '../correct-card.ts';

/** Whoever writes after a longer pause than this begins anew. */
const PAUSE_MS = 600_000;
const MOST_KEPT = 2000;

type Said = { channel: string; ts: string; text: string };

export type GoingOn = (said: Said) => Promise<string | undefined>;

/**
 * In a direct conversation people write one line below the other, and none of them into a thread: what corrects the request before it, or
 * answers what Wilco asked of it, belongs into the thread of that. `isAsked`: whether the last thing that Wilco said there is a question.
 */
export const createGoingOn = (
  isAsked: (at: { channel: string; threadTs: string }) => Promise<boolean>,
  now: () => number = () => performance.now(),
): GoingOn => {
  const last = recent<{ threadTs: string; at: number }>(MOST_KEPT);
  const before = ({ channel, ts }: Said): string | undefined => {
    const known = last.get(channel);
    return known && now() - known.at < PAUSE_MS && known.threadTs < ts ? known.threadTs : undefined;
  };
  const belongs = async (threadTs: string, { channel, text }: Said): Promise<boolean> =>
    !text.trimStart().startsWith('/') && (isCorrection(text) || (await isAsked({ channel, threadTs })));
  return async (said) => {
    const { channel, ts } = said;
    const threadTs = before(said);
    const goesOn = threadTs !== undefined && (await belongs(threadTs, said)) ? threadTs : undefined;
    last.set(channel, { threadTs: goesOn ?? ts, at: now() });
    return goesOn;
  };
};
