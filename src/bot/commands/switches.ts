import { z } from 'zod';
import type { Actor } from '../../dispatch/actor.ts';
import { type CardFact, plainCard } from '../../dispatch/card.ts';
import { type Command, defineCommand } from '../../dispatch/command.ts';
import { SWITCH_ROLES, type Switched, type SwitchVerb, throwSwitch } from '../../dispatch/power.ts';
import { visible, visibleBlock } from '../../dispatch/visible.ts';
import { err, ok } from '../../result.ts';
import { findStoppable, sayPlace, switchPlace } from '../switch-agent.ts';
import type { CommandDeps } from './deps.ts';

const SAY: Record<SwitchVerb, { title: string; summary: string }> = {
  pause: { title: 'Paused', summary: 'Hold all work: what is approved waits, what runs may finish' },
  resume: { title: 'Resumed', summary: 'Go on with the work that a pause held' },
  kill: { title: 'Killed', summary: 'Stop everything at once: running work is aborted, approved work is void' },
  unkill: { title: 'The kill is lifted', summary: 'Allow work again after a kill; only the owner may. Nothing old runs' },
};

const factsOf = (switched: Switched): CardFact[] => {
  const { acknowledged, unacknowledged, voided, held, state, runsCancelled, runsHeld } = switched;
  const fact = (label: string, value: string): CardFact => ({ label, value: visible(value) });
  return [
    fact('Paused', state.paused ? 'yes' : 'no'),
    fact('Killed', state.killed ? 'yes' : 'no'),
    fact('Workers that confirmed', acknowledged.length === 0 ? 'none is running' : acknowledged.join(', ')),
    ...(unacknowledged.length > 0 ? [fact('Workers that did not answer', unacknowledged.join(', '))] : []),
    ...(voided > 0 ? [fact('Approved actions made void', String(voided))] : []),
    ...(held > 0 ? [fact('Approved actions that wait', String(held))] : []),
    ...(runsCancelled > 0 ? [fact('Runs of agents ended', String(runsCancelled))] : []),
    ...(runsHeld > 0 ? [fact('Runs of agents that wait', String(runsHeld))] : []),
  ];
};

const dispatchedNote = ({ alreadyDispatched }: Switched): string[] =>
  alreadyDispatched.length === 0
    ? ['Nothing had started that was not finished: nothing is under way.']
    : [`${alreadyDispatched.length} had started already and may be past recall: ${alreadyDispatched.map((one) => one.tool).join(', ')}.`];

/** `@publishing too many posts`: the agent or domain that is named first, and why. */
const readWhat = (text: string | undefined): { named: string | undefined; reason: string | null } => {
  const [, named, why] = /^\s*@((?:agent:|domain:)?[a-z0-9][a-z0-9-]*)\b[,:]?\s*(.*)$/is.exec(text ?? '') ?? [];
  const reason = (named === undefined ? text : why)?.trim() ?? '';
  return { named, reason: reason === '' ? null : reason };
};

const cardOf = (title: string, at: { verb: SwitchVerb; switched: Switched; reason: string | null }) => {
  const { verb, switched, reason } = at;
  const stopping = verb === 'pause' || verb === 'kill';
  const notes = [...(stopping ? dispatchedNote(switched) : []), ...(reason ? [reason] : [])];
  return plainCard({ title: visible(title), facts: factsOf(switched), notes: notes.map(visibleBlock) });
};

const MISSING = err({ code: 'agent_missing', message: 'There is no agent and no domain of that name here. /agents lists them.' });

const throwPlace = async (deps: CommandDeps, actor: Actor, what: { verb: SwitchVerb; named: string; reason: string | null }) => {
  const { verb, named, reason } = what;
  const at = await findStoppable(deps.receive.agents, actor.projectId, named);
  if (!at) return MISSING;
  const switched = await switchPlace(deps, actor, { verb, reason, at });
  return switched.ok ? ok(cardOf(sayPlace(at.name, verb, switched.value.freed), { verb, switched: switched.value, reason })) : switched;
};

const switchCommand =
  (verb: SwitchVerb) =>
  (deps: CommandDeps): Command =>
    defineCommand({
      name: verb,
      summary: SAY[verb].summary,
      usage: `/${verb} [@agent or @domain] [why]`,
      changes: true,
      role: SWITCH_ROLES[verb],
      args: z.strictObject({ reason: z.string().max(300).optional() }),
      rest: 'reason',
      async run({ reason: text }, actor) {
        const { named, reason } = readWhat(text);
        if (named !== undefined) return throwPlace(deps, actor, { verb, named, reason });
        const switched = await throwSwitch(deps.heart, actor, { verb, reason });
        return switched.ok ? ok(cardOf(SAY[verb].title, { verb, switched: switched.value, reason })) : switched;
      },
    });

const AGENT_SUMMARY = {
  pause: 'Pauses an agent or a domain: what it is sent, and what is approved of it, waits',
  resume: 'Lets a paused agent or domain go on, with what waited for it',
} as const;

const agentCommand = (verb: 'pause' | 'resume') => (deps: CommandDeps) =>
  defineCommand({
    name: `${verb}-agent`,
    summary: AGENT_SUMMARY[verb],
    usage: `/${verb}-agent <name>`,
    changes: true,
    role: SWITCH_ROLES[verb],
    args: z.strictObject({ agent: z.string('Say which agent.').min(1).max(100) }),
    rest: 'agent',
    async run({ agent }, actor) {
      // Named by this very command, an agent comes before a domain of the same name.
      const named = agent.includes(':') ? agent : `agent:${agent.trim().replace(/^@/, '')}`;
      const done = await throwPlace(deps, actor, { verb, named, reason: null });
      return done.ok || done.error.code !== 'agent_missing' ? done : throwPlace(deps, actor, { verb, named: agent, reason: null });
    },
  });

export const pauseAgent = agentCommand('pause');
export const resumeAgent = agentCommand('resume');
export const pause = switchCommand('pause');
export const resume = switchCommand('resume');
export const kill = switchCommand('kill');
export const unkill = switchCommand('unkill');
