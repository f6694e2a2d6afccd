import { z } from 'zod';
import type { PolicyDocument } from '../db/policy-document.ts';
import { AUTONOMY_LEVELS } from '../db/states.ts';
import { ok } from '../result.ts';
import { type AutonomyScope, careful, levelNow, scopeInWords, scopeNamed, type Team, type Teammate, withLevel } from './autonomy-change.ts';
import { changePolicy, NO_POLICY, policyNow, policyVersionsFrom } from './policy-change.ts';
import { POWER } from './power.ts';
import { refuse } from './refuse.ts';
import { defineTool, field, type PreviewContext, type Tool, type Undo } from './tool.ts';

const SCOPE = 'Name an agent, such as agent:qualifier, or a domain, such as domain:sales. /autonomy lists them.';

const Input = z.strictObject({
  scope: z
    .templateLiteral([z.enum(['agent', 'domain']), ':', z.string()], SCOPE)
    .refine((scope) => /^(agent|domain):[a-z0-9][a-z0-9_-]{0,59}$/.test(scope), SCOPE)
    .meta(field({ title: 'Agent or domain', control: 'line', slot: 'name' })),
  level: z
    .enum(AUTONOMY_LEVELS, `A level is one of ${AUTONOMY_LEVELS.join(', ')}.`)
    .meta(field({ title: 'Level', control: 'choice', slot: 'choice' })),
});
type Input = z.output<typeof Input>;

/** Why the level of an agent is not what it will go by, and what autopilot takes besides. */
const warnings = (document: PolicyDocument, team: readonly Teammate[], { scope, level }: Input): string[] => {
  const mate = team.find(({ key }) => scope === `agent:${key}`);
  const domain = mate && (levelNow(document, team, `domain:${mate.domain}`) ?? 'autopilot');
  const held =
    mate && domain && careful(level, domain) !== level ? [`Its domain ${mate.domain} is on ${domain}, so it goes no further`] : [];
  const concerned = team.filter(({ key, domain: of }) => scope === `agent:${key}` || scope === `domain:${of}`);
  const signed = document.autopilot.some(({ agent }) => concerned.some(({ key }) => key === agent));
  const inert =
    level === 'autopilot' && !signed ? ['Inert so far: no signed rule lets it do anything by itself, so people go on deciding'] : [];
  return [...held, ...inert];
};

/** The level before, as long as no version since has another than the one that was set. */
const takeBack = async (ctx: PreviewContext, at: { input: Input; data: Record<string, unknown> }): Promise<Undo> => {
  const { scope, level } = at.input;
  const [, set, ...since] = await policyVersionsFrom(ctx, at.data);
  const was = z.object({ was: z.enum(AUTONOMY_LEVELS) }).safeParse(at.data);
  if (!set || !was.success) return { ok: false, why: 'The level before it is not known.' };
  const stands = (document: PolicyDocument) => levelNow(document, [], scope) ?? levelOfSet(document, scope);
  if (since.some((version) => stands(version) !== stands(set))) return { ok: false, why: 'That level has been changed since.' };
  if (was.data.was === level) return { ok: false, why: 'It changed nothing, so there is nothing to take back.' };
  return { ok: true, tool: 'set_autonomy', input: { scope, level: was.data.was } };
};

const levelOfSet = ({ autonomy }: PolicyDocument, scope: AutonomyScope): string | undefined => {
  const name = scope.slice(scope.indexOf(':') + 1);
  const levels = scope.startsWith('agent:') ? autonomy.agents : autonomy.domains;
  return Object.hasOwn(levels, name) ? levels[name] : undefined;
};

const MISSING = refuse('agent_missing', 'There is no agent and no domain of that name here. /autonomy lists them.');

/** Sets how far an agent, or every agent of a domain, may go. */
export const setAutonomy = (team: Team): Tool =>
  defineTool({
    name: 'set_autonomy',
    slash: 'set-autonomy',
    title: 'Set autonomy',
    summary:
      'Sets how far an agent or a domain of agents may go: manual (suggests), copilot (people decide) or autopilot (by signed rules)',
    examples: ['set the autonomy of qualifier to autopilot', 'put qualifier on copilot'],
    phrases: [
      'set the autonomy of {scope} to {level}',
      'set the autonomy of the {scope} to {level}',
      'put {scope} on {level}',
      'put the {scope} on {level}',
    ],
    ...POWER,
    version: 1,
    input: Input,
    target: ({ scope }) => scopeInWords(scope),
    async complete(input, { projectId }) {
      const { scope } = input;
      const named = typeof scope === 'string' ? scopeNamed(await team(projectId), scope) : undefined;
      return named ? { ...input, scope: named } : input;
    },
    async preview(input, { db, projectId }) {
      const [now, mates] = [await policyNow(db, projectId), await team(projectId)];
      const was = now && levelNow(now.document, mates, input.scope);
      if (!now || !was)
        return { changes: [`Would be refused: ${(now ? MISSING : NO_POLICY).error.message}`], reversible: 'Nothing changes' };
      const changes = [`Autonomy of ${scopeInWords(input.scope)}: ${was} → ${input.level}`, ...warnings(now.document, mates, input)];
      return { changes, reversible: 'Can be undone by setting it back; what was done meanwhile stands' };
    },
    undo: (done, ctx) => takeBack(ctx, done),
    async execute({ scope, level }, ctx) {
      const now = await policyNow(ctx.tx, ctx.projectId);
      const was = now && levelNow(now.document, await team(ctx.projectId), scope);
      if (!was) return now ? MISSING : NO_POLICY;
      const changed = await changePolicy(ctx, {
        kind: 'policy.changed',
        data: { autonomy: scope, level, was },
        apply: (document) => withLevel(document, scope, level),
      });
      return changed.ok ? ok({ summary: `${scopeInWords(scope)} is on ${level} now`, data: { version: changed.value, was } }) : changed;
    },
  });
