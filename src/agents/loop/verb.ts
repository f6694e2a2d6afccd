import type { z } from 'zod';
import { type NewStep, speakInThread } from '../../db/agent-run-store.ts';
import { createRun, handsOf } from '../../db/agent-runs.ts';
import type { Tx } from '../../db/client.ts';
import { postToTeam } from '../../dispatch/team.ts';
import { storable } from '../../dispatch/thread.ts';
import type { LoopDeps, Working } from './deps.ts';
import { VERBS, type VerbName } from './verbs.ts';

/** `within`: done in the transaction that stores the step, so that it happens once or not at all. `ends`: the last words. */
export type Verbed = { steps: NewStep[]; within?: (tx: Tx) => Promise<void>; ends?: { words: string; confidence: number | null } };

type Input<Verb extends VerbName> = z.output<(typeof VERBS)[Verb]['input']>;
type Done = (Verbed & { text: string; asks?: true }) | { refused: string };

/** A piece of work goes through so many hands at most: agents that hand it to one another in a circle end somewhere. */
const MOST_HANDS = 5;
/** In one run. */
const MOST_REPORTS = 10;

const saidBefore = ({ transcript }: Working, name: VerbName): number =>
  transcript.reduce((sum, turn) => sum + (turn.role === 'model' ? turn.calls.filter((call) => call.name === name).length : 0), 0);

const report = (working: Working, { kind, text }: Input<'report'>): Done => {
  const { run, agent } = working;
  if (saidBefore(working, 'report') > MOST_REPORTS) return { refused: `Up to ${MOST_REPORTS} reports in one piece of work.` };
  return {
    text: 'The team can read it.',
    steps: [{ kind: 'report', tool: kind, text }],
    within: async (tx) => {
      await postToTeam(tx, { projectId: run.projectId, kind, text, agent: { key: agent.key, name: agent.name }, runId: run.id });
    },
  };
};

const handOff = async ({ heart, roster }: LoopDeps, { run, agent }: Working, input: Input<'hand_off'>): Promise<Done> => {
  const key = input.agent.toLowerCase().replace(/^@/, '');
  const other = key === agent.key || key === 'dispatcher' ? undefined : await roster.find(run.projectId, key);
  if (!other) return { refused: 'There is no other agent of that key.' };
  if (other.state === 'planned') return { refused: 'That agent is not at work yet.' };
  if ((await handsOf(heart.database.db, run.id)) >= MOST_HANDS)
    return { refused: 'This work has gone through too many hands. Finish it, or ask people.' };
  const { projectId, threadId, personId, personName, actorRole, taskId, priority } = run;
  return {
    text: `${other.agent.name} has it now.`,
    steps: [{ kind: 'hand_off', tool: key, text: `To ${other.agent.name}: ${input.goal}` }],
    within: async (tx) => {
      await createRun(tx, {
        projectId,
        agentKey: key,
        // What nobody ordered stays so, whoever it is handed to.
        trigger: run.trigger === 'heartbeat' ? 'heartbeat' : 'hand_off',
        goal: storable(input.goal),
        threadId,
        by: personName === null ? null : { personId, name: personName, role: actorRole },
        ...(taskId === null ? {} : { taskId }),
        parentId: run.id,
        priority,
      });
    },
  };
};

const ask = ({ run, agent }: Working, { question }: Input<'ask'>, model: string): Done => ({
  text: 'Nobody has answered yet.',
  asks: true,
  steps: [{ kind: 'report', tool: 'ask', text: question }],
  within: (tx) => speakInThread(tx, run, { name: agent.name, writtenBy: model, text: question }),
});

const done = ({ words, confidence }: Input<'done'>, waits: boolean): Done =>
  waits
    ? { refused: 'You are told first what becomes of what you asked for. Finish then.' }
    : { text: 'Done.', steps: [{ kind: 'done', text: words }], ends: { words: storable(words), confidence: confidence ?? null } };

/** Carries out one of an agent's own verbs. `waits`: an earlier call of the same answer waits for people. */
export const carryOutVerb = async (
  deps: LoopDeps,
  working: Working,
  { verb, input, waits }: { verb: VerbName; input: Record<string, unknown>; waits: boolean },
): Promise<Done> => {
  const wrong = (error: z.ZodError): Done => ({
    refused: error.issues
      .map(({ path, message }) => `${path.map(String).join('.')}: ${message}`)
      .join('; ')
      .slice(0, 600),
  });
  const model = working.agent.model ?? deps.converser.model;
  switch (verb) {
    case 'report': {
      const read = VERBS.report.input.safeParse(input);
      return read.success ? report(working, read.data) : wrong(read.error);
    }
    case 'hand_off': {
      const read = VERBS.hand_off.input.safeParse(input);
      return read.success ? handOff(deps, working, read.data) : wrong(read.error);
    }
    case 'ask': {
      const read = VERBS.ask.input.safeParse(input);
      return read.success ? ask(working, read.data, model) : wrong(read.error);
    }
    case 'done': {
      const read = VERBS.done.input.safeParse(input);
      return read.success ? done(read.data, waits) : wrong(read.error);
    }
    default:
      return verb satisfies never;
  }
};
