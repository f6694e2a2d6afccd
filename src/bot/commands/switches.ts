import { z } from 'zod';
import { type CardFact, plainCard } from '../../dispatch/card.ts';
import { type Command, defineCommand } from '../../dispatch/command.ts';
import { SWITCH_ROLES, type Switched, type SwitchVerb, throwSwitch } from '../../dispatch/power.ts';
import { visible, visibleBlock } from '../../dispatch/visible.ts';
import { ok } from '../../result.ts';
import type { CommandDeps } from './deps.ts';

const SAY: Record<SwitchVerb, { title: string; summary: string }> = {
  pause: { title: 'Paused', summary: 'Hold all work: what is approved waits, what runs may finish' },
  resume: { title: 'Resumed', summary: 'Go on with the work that a pause held' },
  kill: { title: 'Killed', summary: 'Stop everything at once: running work is aborted, approved work is void' },
  unkill: { title: 'The kill is lifted', summary: 'Allow work again after a kill; only the owner may. Nothing old runs' },
};

const factsOf = (switched: Switched): CardFact[] => {
  const { acknowledged, unacknowledged, voided, held, state } = switched;
  const fact = (label: string, value: string): CardFact => ({ label, value: visible(value) });
  return [
    fact('Paused', state.paused ? 'yes' : 'no'),
    fact('Killed', state.killed ? 'yes' : 'no'),
    fact('Workers that confirmed', acknowledged.length === 0 ? 'none is running' : acknowledged.join(', ')),
    ...(unacknowledged.length > 0 ? [fact('Workers that did not answer', unacknowledged.join(', '))] : []),
    ...(voided > 0 ? [fact('Approved actions made void', String(voided))] : []),
    ...(held > 0 ? [fact('Approved actions that wait', String(held))] : []),
  ];
};

const dispatchedNote = ({ alreadyDispatched }: Switched): string[] =>
  alreadyDispatched.length === 0
    ? ['Nothing had started that was not finished: nothing is under way.']
    : [`${alreadyDispatched.length} had started already and may be past recall: ${alreadyDispatched.map((one) => one.tool).join(', ')}.`];

const switchCommand =
  (verb: SwitchVerb) =>
  ({ heart }: CommandDeps): Command =>
    defineCommand({
      name: verb,
      summary: SAY[verb].summary,
      usage: `/${verb} [why]`,
      changes: true,
      role: SWITCH_ROLES[verb],
      args: z.strictObject({ reason: z.string().max(300).optional() }),
      rest: 'reason',
      async run({ reason }, actor) {
        const switched = await throwSwitch(heart, actor, { verb, reason: reason ?? null });
        if (!switched.ok) return switched;
        const stopping = verb === 'pause' || verb === 'kill';
        const notes = [...(stopping ? dispatchedNote(switched.value) : []), ...(reason ? [reason] : [])];
        return ok(plainCard({ title: visible(SAY[verb].title), facts: factsOf(switched.value), notes: notes.map(visibleBlock) }));
      },
    });

export const pause = switchCommand('pause');
export const resume = switchCommand('resume');
export const kill = switchCommand('kill');
export const unkill = switchCommand('unkill');
