import { z } from 'zod';
import { createTeam } from '../../agents/roster.ts';
import type { PolicyDocument } from '../../db/policy-document.ts';
import { AUTONOMY_LEVELS, type AutonomyLevel } from '../../db/states.ts';
import type { Actor } from '../../dispatch/actor.ts';
import { type Card, type CardTable, plainCard } from '../../dispatch/card.ts';
import { type CommandContext, type CommandError, defineCommand } from '../../dispatch/command.ts';
import { lowerNow } from '../../dispatch/lower.ts';
import { levelOf } from '../../dispatch/policy.ts';
import { policyInForce, propose } from '../../dispatch/propose.ts';
import { visible } from '../../dispatch/visible.ts';
import { err, ok, type Result } from '../../result.ts';
import { type AutonomyScope, isLower, levelNow, scopeInWords, scopeNamed, type Teammate } from '../../tools/autonomy-change.ts';
import { ruleInWords, untilInWords } from '../../tools/autopilot-words.ts';
import type { CommandDeps } from './deps.ts';

const inForce = (document: PolicyDocument, now: Date) =>
  document.autopilot.filter(({ signedAt, until }) => new Date(signedAt) <= now && now < new Date(until));

/** Why an agent goes as far as it does: which of the two is the more careful one, and whether any rule lets it act. */
const whyOf = (document: PolicyDocument, mate: Teammate, now: Date): string => {
  const own = levelNow(document, [mate], `agent:${mate.key}`) ?? mate.autonomy;
  const domain = levelNow(document, [mate], `domain:${mate.domain}`) ?? 'autopilot';
  const level = levelOf(document, mate);
  if (isLower(domain, own)) return `held by its domain ${mate.domain}; itself it is on ${own}`;
  const rules = inForce(document, now).filter(({ agent }) => agent === mate.key).length;
  if (level === 'autopilot')
    return rules === 0 ? 'inert: no signed rule lets it act, so people decide' : `by ${rules} signed ${rules === 1 ? 'rule' : 'rules'}`;
  return Object.hasOwn(document.autonomy.agents, mate.key) ? 'set for it' : 'as it is configured';
};

const tableOf = (document: PolicyDocument, team: readonly Teammate[], now: Date): CardTable => {
  const agents = team.map((mate) => [`@${mate.key}`, levelOf(document, mate), whyOf(document, mate, now)]);
  const domains = [...new Set(team.map(({ domain }) => domain))].sort().map((name) => {
    const set = Object.hasOwn(document.autonomy.domains, name) ? document.autonomy.domains[name] : undefined;
    return [`domain:${name}`, set ?? 'autopilot', set ? 'set for it' : 'not set: holds nobody back'];
  });
  const rows = [...agents, ...domains].map((cells) => ({ cells: cells.map((cell) => visible(cell)) }));
  return { columns: ['Who', 'Level', 'Why'], rows, empty: 'There are no agents.' };
};

/** Every signed rule with when it ends: what `/end-autopilot` takes. */
const rulesOf = (document: PolicyDocument, now: Date): string[] =>
  document.autopilot.map((rule) => {
    const over = new Date(rule.until) <= now ? ' (over)' : '';
    return `${rule.id}: ${ruleInWords(rule)}, until ${untilInWords(rule.until)}${rule.perDay ? `, at most ${rule.perDay} a day` : ''}${over}`;
  });

const list = (document: PolicyDocument, team: readonly Teammate[]): Card => {
  const now = new Date();
  const notes = [
    'The more careful of an agent and its domain counts. /autonomy <agent or domain> <level> changes it.',
    ...rulesOf(document, now),
  ];
  return plainCard({ title: visible('Autonomy'), table: tableOf(document, team, now), notes: notes.map((one) => visible(one)) });
};

/** More than it has: a card for an admin. */
const raise = async ({ heart }: CommandDeps, actor: Actor, at: { threadId: string; scope: AutonomyScope; level: AutonomyLevel }) => {
  const { threadId, scope, level } = at;
  const made = await propose(heart, actor, { threadId, tool: 'set_autonomy', input: { scope, level } });
  if (!made.ok) return made;
  const rows = [
    { cells: [visible(scopeInWords(scope)), visible(level), visible('waits for approval')], proposalId: made.value.proposalId },
  ];
  const table = { columns: ['Who', 'Level', 'State'], rows, empty: '' };
  return ok(plainCard({ title: visible('To let it go further takes an approval'), table }));
};

const change = async (
  deps: CommandDeps,
  actor: Actor,
  at: CommandContext & { who: string; level: AutonomyLevel },
): Promise<Result<Card, CommandError>> => {
  const { threadId, who, level } = at;
  const [team, { document }] = await Promise.all([
    createTeam(deps.receive.agents)(actor.projectId),
    policyInForce(deps.heart.database.db, actor.projectId),
  ]);
  const scope = scopeNamed(team, who);
  const was = scope && levelNow(document, team, scope);
  if (!scope || !was)
    return err({ code: 'agent_missing', message: 'There is no agent and no domain of that name here. /autonomy lists them.' });
  if (was === level) return ok(plainCard({ title: visible(`${scopeInWords(scope)} is on ${level} already`) }));
  if (!isLower(level, was)) return raise(deps, actor, { threadId, scope, level });
  const lowered = await lowerNow(deps.heart, { actor, lowering: { scope, level }, team });
  return lowered.ok ? ok(plainCard({ title: visible(`${scopeInWords(scope)} is on ${level} now; it was on ${was}`) })) : lowered;
};

const USAGE = '/autonomy [<agent or domain> <level>]';
const Words = z.string().max(200).optional();

const readWords = (words: string): { who: string; level: AutonomyLevel } | undefined => {
  const [, who, last] = /^(.+)\s+(\S+)$/.exec(words.trim()) ?? [];
  const level = AUTONOMY_LEVELS.find((one) => one === last?.toLowerCase());
  return who && level ? { who, level } : undefined;
};

export const autonomy = (deps: CommandDeps) =>
  defineCommand({
    name: 'autonomy',
    summary: 'How far each agent and domain may go, and why; lowers that at once, and asks an admin to raise it',
    usage: USAGE,
    changes: true,
    role: 'viewer',
    args: z.strictObject({ words: Words }),
    rest: 'words',
    async run({ words }, actor, { threadId }) {
      if (words === undefined || words.trim() === '') {
        const { document } = await policyInForce(deps.heart.database.db, actor.projectId);
        return ok(list(document, await createTeam(deps.receive.agents)(actor.projectId)));
      }
      const read = readWords(words);
      if (!read) return err({ code: 'invalid_input', message: `Say who, and one of ${AUTONOMY_LEVELS.join(', ')}: ${USAGE}` });
      return change(deps, actor, { threadId, ...read });
    },
  });

export const endAutopilot = (deps: CommandDeps) =>
  defineCommand({
    name: 'end-autopilot',
    summary: 'Ends a signed rule at once, so that people decide again what it let an agent do',
    usage: '/end-autopilot <rule>',
    changes: true,
    role: 'operator',
    args: z.strictObject({ rule: z.string('Say which rule. /autonomy lists them.').min(1).max(100) }),
    rest: 'rule',
    async run({ rule: said }, actor) {
      const rule = said.trim().toLowerCase();
      const ended = await lowerNow(deps.heart, { actor, lowering: { rule }, team: [] });
      return ended.ok ? ok(plainCard({ title: visible(`The rule ${rule} has ended: people decide again`) })) : ended;
    },
  });
