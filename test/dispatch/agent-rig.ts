import type { AutopilotRule } from '../../src/db/policy-document.ts';
import type { ActingAgent, Actor } from '../../src/dispatch/actor.ts';
import { propose } from '../../src/dispatch/propose.ts';
import { readStanding, type Standing } from '../../src/dispatch/standing.ts';
import { type Rig, THREAD, unique } from './rig.ts';

export const QUALIFIER: ActingAgent = {
  key: 'qualifier',
  domain: 'sales',
  autonomy: 'autopilot',
  heartbeat: false,
  name: 'Qualifier',
  runId: null,
};

/** The agent at work in this person's name. */
export const inNameOf = (actor: Actor, more: Partial<ActingAgent> = {}): Actor => ({ ...actor, agent: { ...QUALIFIER, ...more } });

const MINUTE_MS = 60_000;
export const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * MINUTE_MS).toISOString();

/** A rule that is in force. */
export const signedBy = (signer: Actor, more: Partial<AutopilotRule> = {}): AutopilotRule => ({
  id: 'qualifier-notes',
  agent: 'qualifier',
  tools: ['note_own'],
  signedBy: signer.personId ?? '',
  signedAt: inMinutes(-1),
  until: inMinutes(60),
  ...more,
});

export const standingOf = async (rig: Rig, id: string): Promise<Standing> => {
  const standing = await readStanding(rig.database.db, 'default', id);
  if (!standing) throw new Error(`no proposal ${id}`);
  return standing;
};

/** Proposes a note and answers how it stands then. */
export const note = async (rig: Rig, actor: Actor, input: Record<string, unknown> = { text: unique() }): Promise<Standing> => {
  const made = await propose(rig.heart, actor, { threadId: THREAD, tool: 'note_own', input });
  if (!made.ok) throw new Error(`${made.error.code}: ${made.error.message}`);
  return standingOf(rig, made.value.proposalId);
};

export const decisionsOn = (rig: Rig, id: string) =>
  rig.sql<{ kind: string; rule: string | null; person: string }>(
    `select kind, rule_id as rule, person_id as person from wilco.decisions where proposal_id = '${id}' order by created_at`,
  );
