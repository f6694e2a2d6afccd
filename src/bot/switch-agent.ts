import type { Member, Roster } from '../agents/roster.ts';
import { freeMessages, stopOf } from '../db/stops.ts';
import type { Actor } from '../dispatch/actor.ts';
import type { Heart } from '../dispatch/heart.ts';
import { type Switched, type SwitchPlace, type SwitchVerb, throwSwitch } from '../dispatch/power.ts';
import type { HeartError } from '../dispatch/sentences.ts';
import { ok, type Result } from '../result.ts';
import type { ReceiveDeps } from './receive.ts';

/** What a switch is thrown for: one agent, or a domain with those that are in it. */
export type Stoppable = { place: SwitchPlace; name: string; members: readonly Member[] };

const agentCalled = (members: readonly Member[], name: string): Stoppable | undefined => {
  const agent = members.find((member) => member.agent.key === name);
  return agent && { place: { scope: `agent:${name}`, keys: [name] }, name: agent.agent.name, members: [agent] };
};

const domainCalled = (members: readonly Member[], name: string): Stoppable | undefined => {
  const domain = members.filter((member) => member.agent.domain === name);
  if (domain.length === 0) return undefined;
  const place: SwitchPlace = { scope: `domain:${name}`, keys: domain.map((member) => member.agent.key) };
  return { place, name: `the domain ${name}`, members: domain };
};

/**
 * What a name means, written with `@` or without, and with `agent:` or `domain:` before it where it could be either. A name alone that is both
 * is the domain where others are in it, too: whoever stops something must not stop less than they meant. Undefined: it is neither.
 */
export const findStoppable = async (agents: Roster, projectId: string, named: string): Promise<Stoppable | undefined> => {
  const [, kind, name = ''] = /^@?(?:(agent|domain):)?(.*)$/s.exec(named.trim().toLowerCase()) ?? [];
  const members = await agents.members(projectId);
  const [agent, domain] = [agentCalled(members, name), domainCalled(members, name)];
  if (kind) return kind === 'agent' ? agent : domain;
  return agent && (domain?.members.length ?? 0) <= 1 ? agent : (domain ?? agent);
};

type Deps = { heart: Heart; receive: ReceiveDeps };

/**
 * Pauses, resumes, kills or lifts the kill of one agent or of a domain. What it was sent meanwhile waits without a limit and, when nothing
 * stops it any more, is answered in order. `freed`: how many messages that is.
 */
export const switchPlace = async (
  { heart, receive }: Deps,
  actor: Actor,
  what: { verb: SwitchVerb; reason: string | null; at: Stoppable },
): Promise<Result<Switched & { freed: number }, HeartError>> => {
  const { verb, reason, at } = what;
  const { projectId } = actor;
  let freed = 0;
  const free = async (tx: Parameters<typeof freeMessages>[0]) => {
    const going = await Promise.all(
      at.members.map(async ({ agent }) => {
        const stop = await stopOf(tx.db, { projectId, ...agent });
        return stop.paused || stop.killed ? [] : [agent.key];
      }),
    );
    freed = await freeMessages(tx, { projectId, keys: going.flat() }, receive.enqueueRoute);
  };
  const thrown = await throwSwitch(heart, actor, { verb, reason, place: at.place, freed: free });
  return thrown.ok ? ok({ ...thrown.value, freed }) : thrown;
};

/** What became of an agent or a domain, in a sentence. */
export const sayPlace = (name: string, verb: SwitchVerb, freed: number): string => {
  const answers = freed > 0 ? ` It answers the ${freed === 1 ? 'message' : `${freed} messages`} that waited.` : '';
  const say: Record<SwitchVerb, string> = {
    pause: 'is paused. What it is sent, and what is approved of it, waits until it goes on.',
    resume: `goes on.${answers}`,
    kill: 'is killed. What ran of it was told to stop, what was approved is void, and its runs are ended.',
    unkill: `may work again. Nothing old runs.${answers}`,
  };
  return `${name} ${say[verb]}`;
};
