import { z } from 'zod';
import { recent } from '../../recent.ts';
import { err, ok, type Result } from '../../result.ts';
import { within } from '../../within.ts';
import type { Who } from '../surface.ts';
import type { Called } from './api.ts';

const User = z.object({
  id: z.string(),
  team_id: z.string(),
  name: z.string().optional(),
  real_name: z.string().optional(),
  profile: z.object({ display_name: z.string().optional(), real_name: z.string().optional() }).optional(),
  deleted: z.boolean().optional(),
  is_bot: z.boolean().optional(),
  is_restricted: z.boolean().optional(),
  is_ultra_restricted: z.boolean().optional(),
  is_stranger: z.boolean().optional(),
  enterprise_user: z.object({ teams: z.array(z.string()).optional() }).optional(),
});

const Told = z.object({ user: User });

/** What somebody is to this workspace, as Slack itself says. A person of another one stays a stranger in a channel that both share. */
const kindOf = (user: z.output<typeof User>, workspace: string): Who['kind'] => {
  if (user.deleted) return 'disabled';
  if (user.team_id !== workspace && !user.enterprise_user?.teams?.includes(workspace)) return 'stranger';
  if (user.is_stranger) return 'stranger';
  if (user.is_restricted || user.is_ultra_restricted) return 'guest';
  return user.is_bot ? 'bot' : 'member';
};

/** As Slack shows them. */
const nameOf = ({ id, name, real_name, profile }: z.output<typeof User>): string =>
  profile?.display_name || profile?.real_name || real_name || name || id;

type Read = Awaited<Called<unknown>>;

/** Whether an answer of this moment says that somebody is a full member of the workspace; undefined: it says nothing. */
export const isMemberNow = (read: Read, { workspace, userId }: { workspace: string; userId: string }): boolean | undefined => {
  if (!read.ok) return read.error.code === 'gone' ? false : undefined;
  const told = Told.safeParse(read.value);
  return told.success && told.data.user.id === userId ? kindOf(told.data.user, workspace) === 'member' : undefined;
};

/** So long an answer counts: somebody who was disabled may act for no longer than this. */
const FRESH_MS = 60_000;
const MOST_KEPT = 5000;
/** Nothing is acknowledged before it is known who did it, and Slack waits for three seconds. */
const PATIENCE_MS = 1500;

/** Nobody can say who it is at this moment. Whoever it is may do nothing until Slack says. */
export type WhoError = { code: 'not_told' };
export type AskWho = (userId: string) => Promise<Result<Who, WhoError>>;

/** Asks Slack who somebody is, and keeps the answer for a minute. A look-up that fails is never taken for an answer. */
export const createWho = (deps: { workspace(): string; info(userId: string): Called<unknown>; now?: () => number }): AskWho => {
  const { workspace, info, now = () => performance.now() } = deps;
  const kept = recent<{ who: Who; until: number }>(MOST_KEPT);
  const keep = (userId: string, who: Who): Who => {
    kept.set(userId, { who, until: now() + FRESH_MS });
    return who;
  };
  const platform = 'slack';
  const whoIs = (userId: string, user: z.output<typeof User>): Who => {
    const kind = kindOf(user, workspace());
    return { platform, workspace: kind === 'stranger' ? user.team_id : workspace(), userId, name: nameOf(user), kind };
  };
  const asked = async (userId: string): Promise<Result<Who, WhoError>> => {
    const first = await info(userId);
    // A connection that had just ended is no reason to let somebody wait: asking again does no harm.
    const read = !first.ok && first.error.code === 'ambiguous' ? await info(userId) : first;
    // Slack does not show us this person at all.
    if (!read.ok && read.error.code === 'gone')
      return ok(keep(userId, { platform, workspace: '', userId, name: userId, kind: 'stranger' }));
    const told = read.ok ? Told.safeParse(read.value) : undefined;
    const user = told?.data?.user;
    return user?.id === userId ? ok(keep(userId, whoIs(userId, user))) : err({ code: 'not_told' });
  };
  /** One question at a time about one person: one that is answered too late has its answer there for the next who wants to know. */
  const asking = new Map<string, Promise<Result<Who, WhoError>>>();
  const ask = (userId: string): Promise<Result<Who, WhoError>> => {
    const answer = asking.get(userId) ?? asked(userId).finally(() => asking.delete(userId));
    asking.set(userId, answer);
    return answer;
  };
  return async (userId) => {
    const known = kept.get(userId);
    if (known && known.until > now()) return ok(known.who);
    return (await within(PATIENCE_MS, ask(userId))) ?? err({ code: 'not_told' });
  };
};
