import { and, desc, eq, inArray } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '../db/client.ts';
import { type AutopilotRule, Condition } from '../db/policy-document.ts';
import { RISKS } from '../db/states.ts';
import { decisions, proposals } from '../db/tables/proposals.ts';
import { err, ok, type Result } from '../result.ts';
import { careful, levelNow, scopeNamed, type Team, type Teammate } from './autonomy-change.ts';
import { pastDecisions, replay, replayInWords } from './autopilot-past.ts';
import { ruleInWords, untilInWords } from './autopilot-words.ts';
import { calendarDay } from './calendar-day.ts';
import { changePolicy, NO_POLICY, type PolicyNow, policyNow } from './policy-change.ts';
import { POWER } from './power.ts';
import { refuse } from './refuse.ts';
import { defineTool, field, type Tool, type ToolContext, type ToolError } from './tool.ts';

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 90;
const USUAL_DAYS = 30;

const ACTIONS = 'Name actions, such as create_task, with a comma between them.';
const PER_DAY = 'At most so many a day: a whole number from 1 to 10000.';

const Input = z.strictObject({
  agent: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'Name an agent, such as qualifier. /autonomy lists them.')
    .meta(field({ title: 'Agent', control: 'line', slot: 'name' })),
  actions: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,59}(, [a-z][a-z0-9_]{0,59}){0,59}$/, ACTIONS)
    .meta(field({ title: 'May do by itself', control: 'line', slot: 'words' })),
  risk_up_to: z
    .enum(RISKS, `A risk is one of ${RISKS.join(', ')}.`)
    .default('low')
    .meta(field({ title: 'Up to which risk', control: 'choice', slot: 'choice' })),
  where: z
    .array(Condition)
    .min(1)
    .max(10)
    .optional()
    .meta(field({ title: 'Only where', control: 'text' })),
  until: calendarDay().meta(field({ title: 'Up to and including (UTC)', control: 'date', slot: 'date' })),
  per_day: z
    .int(PER_DAY)
    .min(1, PER_DAY)
    .max(10_000, PER_DAY)
    .optional()
    .meta(field({ title: 'At most a day', control: 'number', slot: 'number' })),
});
type Input = z.output<typeof Input>;

const toolsOf = ({ actions }: Input): string[] => [...new Set(actions.split(', '))];

/** The rule but for who signs it: the end of the day that is named. */
const ruleOf = (input: Input): Pick<AutopilotRule, 'agent' | 'tools' | 'risks' | 'where' | 'until' | 'perDay'> => {
  const { agent, risk_up_to, where, until, per_day } = input;
  const risks = RISKS.slice(0, RISKS.indexOf(risk_up_to) + 1);
  const end = new Date(Date.parse(`${until}T00:00:00Z`) + DAY_MS).toISOString();
  return { agent, tools: toolsOf(input), risks, ...(where ? { where } : {}), until: end, ...(per_day ? { perDay: per_day } : {}) };
};

type Deps = { tools(): readonly Tool[]; team: Team };

const toolProblem = (names: readonly string[], tools: readonly Tool[]): string | undefined => {
  for (const name of names) {
    const tool = tools.find((one) => one.name === name);
    if (!tool || tool.internal) return `There is no action called ${name}.`;
    if (tool.changesPower) return `${name} changes who may do what: no agent ever does that by itself.`;
  }
  return undefined;
};

/** Why no such rule can be signed at this moment; undefined: it can. */
const problemOf = async (
  input: Input,
  deps: Deps,
  at: { projectId: string; now: Date },
): Promise<{ code: string; message: string } | undefined> => {
  const team = await deps.team(at.projectId);
  if (!team.some(({ key }) => key === input.agent))
    return { code: 'agent_missing', message: 'There is no agent of that name here. /autonomy lists them.' };
  const unfit = toolProblem(toolsOf(input), deps.tools());
  if (unfit) return { code: 'tool_unknown', message: unfit };
  const until = Date.parse(ruleOf(input).until);
  if (until <= at.now.getTime()) return { code: 'until_past', message: 'That day has passed. Name one that is to come.' };
  if (until > at.now.getTime() + (LONGEST_DAYS + 1) * DAY_MS)
    return { code: 'until_too_far', message: `A rule lasts ${LONGEST_DAYS} days at most. Name an earlier day, and sign it again then.` };
  return undefined;
};

/** Why the rule would change nothing yet, in a line for the card. */
const inertLine = ({ document }: PolicyNow, team: readonly Teammate[], agent: string): string[] => {
  const mate = team.find(({ key }) => key === agent);
  if (!mate) return [];
  const own = levelNow(document, team, `agent:${agent}`) ?? mate.autonomy;
  const level = careful(own, levelNow(document, team, `domain:${mate.domain}`) ?? 'autopilot');
  return level === 'autopilot'
    ? []
    : [`Inert until @${agent} is on autopilot: it is on ${level} now, which /autonomy ${agent} autopilot asks to raise`];
};

/** Whose word completed the approval, and when: nobody else signs. A schedule's approval is none of the rule itself. */
const signature = async (
  db: Db,
  proposalId: string,
): Promise<Result<{ signedBy: string; signedAt: string; earned: boolean }, ToolError>> => {
  const [given] = await db
    .select({ personId: decisions.personId, at: decisions.createdAt, requester: proposals.requester })
    .from(decisions)
    .innerJoin(proposals, eq(proposals.id, decisions.proposalId))
    .where(and(eq(decisions.proposalId, proposalId), inArray(decisions.kind, ['approved', 'retried'])))
    .orderBy(desc(decisions.createdAt))
    .limit(1);
  if (!given) return refuse('not_signed', 'Nobody approved this very rule, so nobody has signed it. Propose it by itself.');
  return ok({ signedBy: given.personId, signedAt: given.at.toISOString(), earned: given.requester === WILCO });
};

const SHORT = 8;

/** Wilco itself proposed it, because people agreed so often. */
const WILCO = 'key:Wilco';

const write = async (input: Input, ctx: ToolContext): Promise<Result<{ rule: AutopilotRule; version: number }, ToolError>> => {
  const signed = await signature(ctx.tx, ctx.proposalId);
  if (!signed.ok) return signed;
  const { earned, ...by } = signed.value;
  const rule: AutopilotRule = { id: `${earned ? 'earned-' : ''}${input.agent}-${ctx.proposalId.slice(0, SHORT)}`, ...ruleOf(input), ...by };
  const changed = await changePolicy(ctx, {
    kind: 'policy.changed',
    data: { autopilot: rule.id, until: rule.until },
    apply: (document) => ({ ...document, autopilot: [...document.autopilot, rule] }),
  });
  return changed.ok ? ok({ rule, version: changed.value }) : changed;
};

/** "create tasks" for `create_task`: the words of an action without what changes nothing about which one it is. */
const plain = (words: string): string =>
  words
    .toLowerCase()
    .replaceAll(/[_-]/g, ' ')
    .split(/\s+/)
    .filter((word) => !['a', 'an', 'the', 'new'].includes(word))
    .map((word) => word.replace(/s$/, ''))
    .join(' ')
    .replaceAll('e mail', 'email');

const actionsNamed = (words: string, tools: readonly Tool[]): string | undefined => {
  const names = words
    .split(/,| and /)
    .map((part) => tools.find(({ name, title }) => [name, title].some((one) => plain(one) === plain(part.trim()))));
  return names.every((tool) => tool !== undefined) ? names.map((tool) => tool?.name).join(', ') : undefined;
};

const inDays = (now: Date, days: number): string => new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10);

/** Lets an agent on autopilot do some things by itself, within bounds and until a day, on the word of whoever approves this. */
export const signAutopilot = (deps: Deps): Tool =>
  defineTool({
    name: 'sign_autopilot',
    slash: 'sign-autopilot',
    title: 'Sign an autopilot rule',
    summary: 'Lets an agent do some actions by itself, up to a risk and until a day; whoever approves it signs the rule',
    examples: ['let the qualifier create tasks by itself', 'allow qualifier to create tasks on its own until 27 November'],
    phrases: [
      'let {agent} {actions}',
      'let the {agent} {actions}',
      'allow {agent} to {actions}',
      'allow the {agent} to {actions}',
      '{agent} may {actions}',
      'the {agent} may {actions}',
    ].flatMap((said) => ['by itself', 'on its own'].flatMap((alone) => [`${said} ${alone} until {until}`, `${said} ${alone}`])),
    ...POWER,
    version: 1,
    input: Input,
    target: ({ agent }) => `@${agent}`,
    async complete(input, { projectId }) {
      const { agent, actions, until } = input;
      const scope = typeof agent === 'string' ? scopeNamed(await deps.team(projectId), agent) : undefined;
      const named = typeof actions === 'string' ? actionsNamed(actions, deps.tools()) : undefined;
      const found = {
        ...(scope?.startsWith('agent:') ? { agent: scope.slice('agent:'.length) } : {}),
        ...(named ? { actions: named } : {}),
      };
      return { ...input, ...found, ...(until === undefined ? { until: inDays(new Date(), USUAL_DAYS) } : {}) };
    },
    async preview(input, { db, projectId }) {
      const now = await policyNow(db, projectId);
      const problem = now ? await problemOf(input, deps, { projectId, now: new Date() }) : NO_POLICY.error;
      if (!now || problem) return { changes: [`Would be refused: ${problem?.message}`], reversible: 'Nothing changes' };
      const rule = ruleOf(input);
      const past = await pastDecisions(db, { projectId, agent: input.agent, tools: rule.tools });
      const changes = [
        `Nobody is asked any more for: ${ruleInWords(rule)}`,
        `Until ${untilInWords(rule.until)}${rule.perDay ? `, at most ${rule.perDay} a day` : ''}; whoever approves this signs for it`,
        ...(input.where ? [] : ['No condition: whatever its arguments say']),
        replayInWords(replay(rule, past)),
        ...inertLine(now, await deps.team(projectId), input.agent),
      ];
      return { changes, reversible: 'Can be ended at any moment by /end-autopilot; what was done meanwhile stands' };
    },
    undo: async ({ data }) =>
      typeof data.rule === 'string'
        ? { ok: true, tool: 'end_autopilot', input: { rule: data.rule } }
        : { ok: false, why: 'It is not known which rule came of it.' },
    async execute(input, ctx) {
      const problem = await problemOf(input, deps, { projectId: ctx.projectId, now: new Date() });
      if (problem) return err({ ...problem, notDispatched: true });
      const written = await write(input, ctx);
      if (!written.ok) return written;
      const { rule, version } = written.value;
      return ok({
        summary: `The rule ${rule.id} is signed, until ${untilInWords(rule.until)}: ${ruleInWords(rule)}`,
        data: { rule: rule.id, version },
      });
    },
  });
