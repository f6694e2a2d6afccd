import { z } from 'zod';
import type { AgentConfig } from '../../db/agent-config.ts';
import { AUTONOMY_LEVELS } from '../../db/states.ts';
import type { Blocked } from '../../db/tables/proposals.ts';
import { ok } from '../../result.ts';
import { POWER } from '../power.ts';
import { refuse } from '../refuse.ts';
import { defineTool, field, type PreviewContext, type Tool, type Undo } from '../tool.ts';
import { grantsIn, keyIn, nameIn, recurrenceIn, summaryIn } from './draft.ts';
import { configFields, type Grantable, newKeyField, settleGrants, toArguments, toConfig, USUAL_MODEL } from './fields.ts';
import { type AgentNow, agentNow, type ShippedAgent, writeAgent } from './standing.ts';

/** What the tools that change agents are given: who ships, and what may be granted. */
export type AgentTools = Grantable & { shipped: readonly ShippedAgent[] };

const AUTONOMY = `How far it goes is one of ${AUTONOMY_LEVELS.join(', ')}.`;

const shape = {
  key: newKeyField().meta(field({ title: 'Key', control: 'line', slot: 'name' })),
  ...configFields,
  autonomy: z
    .enum(AUTONOMY_LEVELS, AUTONOMY)
    .default('copilot')
    .meta(field({ title: 'Autonomy', control: 'choice', slot: 'choice' })),
  domain: configFields.domain.default('general').meta(field({ title: 'Domain', control: 'line' })),
  model: configFields.model.default(USUAL_MODEL).meta(field({ title: 'Model', control: 'line' })),
  max_steps: configFields.max_steps.default(12).meta(field({ title: 'Steps of a run at most', control: 'number' })),
  concurrency: configFields.concurrency.default(10).meta(field({ title: 'Runs at a time', control: 'number' })),
};

type Input = z.output<z.ZodObject<typeof shape>>;

/** Nobody works under that key: it is free, or of one that waits in the catalogue, or was retired. */
const isFree = (now: AgentNow | undefined): boolean => now === undefined || now.state === 'planned' || now.state === 'retired';

const takenWhy = ({ key }: Pick<Input, 'key'>): string =>
  `An agent @${key} is here already. Edit this to another key, or change that one with /change-agent.`;

const HOW_FAR: Record<AgentConfig['autonomy'], string> = {
  manual: 'It only suggests: its cards have no approve, and people carry out what they want of it',
  copilot: 'It proposes, and people decide each card',
  autopilot: 'It is on autopilot, which is inert until a person signs a rule for it: until then people decide each card',
};

const mayUse = ({ tools }: Input): string => {
  if (tools.length === 0) return 'It may use nothing: it can only answer';
  return tools.includes('all') ? 'It may use every action but those that change power' : `It may use ${tools.join(', ')}`;
};

const changesOf = (input: Input, now: AgentNow | undefined): string[] => {
  const { key, prompt } = input;
  const begins =
    now?.state === 'planned'
      ? `Takes @${key} of the catalogue into work`
      : now?.state === 'retired'
        ? `Puts @${key}, which was retired, to work again, with this configuration`
        : `Adds the agent @${key}`;
  const often = recurrenceIn(prompt, new Date());
  const next = often
    ? [`It works when somebody writes to it. To have it look ${often} by itself, a heartbeat is scheduled next, on a card of its own`]
    : [];
  return [begins, mayUse(input), HOW_FAR[input.autonomy], ...next];
};

/** What is to be said next where the words hold a recurrence: a heartbeat is a decision of its own. */
const heartbeatFor = ({ key, prompt }: Input): string | undefined => {
  const often = recurrenceIn(prompt, new Date());
  return often && `have @${key} do its part ${often}`;
};

const takeBack = async (
  made: { key: string; agents: AgentTools; proposalId: unknown },
  { db, projectId }: PreviewContext,
): Promise<Undo> => {
  const { key, agents, proposalId } = made;
  const now = await agentNow(db, { projectId, key }, agents);
  if (!now || now.state === 'retired') return { ok: false, why: `@${key} was retired already.` };
  if (now.proposalId !== proposalId) return { ok: false, why: `@${key} has been changed since. Retire it if it is not wanted.` };
  return { ok: true, tool: 'retire_agent', input: { key } };
};

/** Fills in what was not said: of an agent that is known its configuration, of a new one a draft that follows from the words alone. */
const draftOf = (input: Record<string, unknown>, known: Grantable): Record<string, unknown> => {
  const { prompt, name, key } = input;
  if (typeof prompt !== 'string' || prompt.trim() === '') return input;
  const called = typeof name === 'string' ? name : nameIn(typeof key === 'string' ? key.replaceAll('-', ' ') : prompt);
  return { key: keyIn(called), name: called, summary: summaryIn(prompt), tools: grantsIn(prompt, known), ...present(input) };
};

const present = (input: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));

const complete = async (agents: AgentTools, input: Record<string, unknown>, { db, projectId }: PreviewContext) => {
  const { key } = input;
  const named = typeof key === 'string' ? key.trim().toLowerCase().replace(/^@/, '') : undefined;
  const now = named === undefined ? undefined : await agentNow(db, { projectId, key: named }, agents);
  return now?.config && isFree(now) ? { ...toArguments(now.config), ...present(input) } : draftOf(input, agents);
};

/** Puts somebody new to work who is not a person: configuration, and no code. Also one that waits in the catalogue, by its key. */
export const deployAgent = (agents: AgentTools): Tool => {
  const Input = z.strictObject(shape).check(settleGrants(agents));
  const blocked = async (input: Input, { db, projectId }: PreviewContext): Promise<Blocked | undefined> => {
    const now = await agentNow(db, { projectId, key: input.key }, agents);
    return isFree(now) ? undefined : { why: takenWhy(input) };
  };
  return defineTool({
    name: 'deploy_agent',
    slash: 'deploy',
    title: 'Deploy an agent',
    summary: 'Puts a new agent to work, described in your words, or one of the catalogue by its key',
    examples: ['deploy an agent that watches failed payments every hour and drafts a mail to the customer', 'deploy the agent qualifier'],
    phrases: [
      'deploy an agent that {prompt}',
      'deploy an agent who {prompt}',
      'deploy an agent called {name} that {prompt}',
      'deploy an agent: {prompt}',
      'add an agent that {prompt}',
      'add an agent called {name} that {prompt}',
      'create an agent that {prompt}',
      'create an agent called {name} that {prompt}',
      'deploy the agent {key}',
      'deploy the {key} agent',
      'put the agent {key} to work',
      'put the {key} agent to work',
    ],
    ...POWER,
    version: 1,
    input: Input,
    target: ({ key }) => `@${key}`,
    complete: (input, ctx) => complete(agents, input, ctx),
    async preview(input, { db, projectId }) {
      const now = await agentNow(db, { projectId, key: input.key }, agents);
      if (!isFree(now)) return { changes: [`Would be refused: ${takenWhy(input)}`], reversible: 'Nothing changes' };
      const say = heartbeatFor(input);
      return {
        changes: changesOf(input, now),
        reversible: 'Can be undone by retiring it; what it did by then stays done',
        ...(say ? { next: say } : {}),
      };
    },
    blocked,
    undo: ({ input, data }, ctx) => takeBack({ key: input.key, agents, proposalId: data.proposalId }, ctx),
    async execute({ key, ...input }, ctx) {
      const now = await agentNow(ctx.tx, { projectId: ctx.projectId, key }, { ...agents, lock: true });
      if (!isFree(now)) return refuse('agent_there', takenWhy({ key }));
      const config = { ...toConfig(input), key } as AgentConfig; // every argument of a configuration is required above, or has a default
      const written = await writeAgent(
        ctx,
        { key, state: 'active', config, shipped: now?.shipped, kind: 'agent.deployed' },
        now === undefined,
      );
      if (!written) return refuse('agent_there', takenWhy({ key }));
      return ok({ summary: `@${key} is at work: write to it by that name`, data: { key, proposalId: ctx.proposalId } });
    },
  });
};
