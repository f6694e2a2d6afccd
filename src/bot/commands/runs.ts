import { z } from 'zod';
import { listRuns, type RunInfo, readRun, readSteps, runsLike, type StepInfo } from '../../db/read/agent-runs.ts';
import { roleAtLeast } from '../../db/states.ts';
import type { Actor } from '../../dispatch/actor.ts';
import { type Card, type CardTone, plainCard } from '../../dispatch/card.ts';
import { type CommandError, defineCommand } from '../../dispatch/command.ts';
import type { Heart } from '../../dispatch/heart.ts';
import { visible } from '../../dispatch/visible.ts';
import { err, ok, type Result } from '../../result.ts';
import { age } from '../age.ts';
import { dollars } from '../dollars.ts';
import { stopRun } from '../runs.ts';
import type { CommandDeps } from './deps.ts';
import { shortId } from './which.ts';

const SHOWN = 20;
const SHORT = 80;
const LINE = 300;

const shortened = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most).toWellFormed()}…`);

const STATE: Record<RunInfo['state'], { label: string; tone: CardTone }> = {
  queued: { label: 'Queued', tone: 'waiting' },
  running: { label: 'Working', tone: 'working' },
  parked: { label: 'Waits for people', tone: 'waiting' },
  done: { label: 'Done', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
  cancelled: { label: 'Cancelled', tone: 'muted' },
};

const rowOf = (run: RunInfo) => ({
  cells: [
    shortId(run.id),
    visible(`@${run.agentKey}`),
    visible(STATE[run.state].label),
    visible(shortened(run.goal, SHORT)),
    visible(String(run.steps)),
    visible(dollars(run.costMicros)),
    visible(age(run.ageSeconds)),
  ],
});

export const runs = ({ heart }: CommandDeps) =>
  defineCommand({
    name: 'runs',
    summary: 'What the agents work on and worked on, the newest first',
    usage: '/runs [agent]',
    changes: false,
    role: 'viewer',
    args: z.strictObject({ agent: z.string().max(100).optional() }),
    rest: 'agent',
    async run({ agent }, { projectId }) {
      const agentKey = agent?.trim().toLowerCase().replace(/^@/, '') || undefined;
      const page = await listRuns(heart.database.db, { projectId, limit: SHOWN, ...(agentKey === undefined ? {} : { agentKey }) });
      const rows = page.ok ? page.value.items.map(rowOf) : [];
      const table = {
        columns: ['Id', 'Agent', 'State', 'What', 'Steps', 'Cost', 'Age'],
        rows,
        empty: 'No agent has worked on anything here yet.',
      };
      return ok(
        plainCard({
          title: visible(agentKey === undefined ? 'Runs' : `Runs of @${agentKey}`),
          table,
          notes: [visible('/run <id> shows one with its trace.')],
        }),
      );
    },
  });

/** The run whose id begins like this, when it is the only one. */
const runLike = async (heart: Heart, { projectId }: Actor, written: string): Promise<Result<RunInfo, CommandError>> => {
  const beginning = written.trim().toLowerCase();
  const [id, ...others] = await runsLike(heart.database.db, { projectId, beginning });
  if (others.length > 0)
    return err({ code: 'ambiguous_id', message: `More than one begins with ${visible(beginning)}. Write more of its id.` });
  const run = id === undefined ? undefined : await readRun(heart.database.db, { projectId, id });
  return run ? ok(run) : err({ code: 'run_missing', message: 'There is no such run here. /runs lists them.' });
};

const KIND: Record<StepInfo['kind'], string> = {
  thought: 'Thought',
  read: 'Looked up',
  proposal: 'Proposed',
  decision: 'Told',
  refused: 'Refused',
  report: 'Reported',
  hand_off: 'Handed off',
  override: 'Was told',
  problem: 'Problem',
  done: 'Done',
};

const stepRow = ({ seq, kind, tool, text, proposalId, cardState }: StepInfo) => ({
  cells: [
    visible(String(seq)),
    visible(KIND[kind]),
    visible(tool ?? ''),
    visible(shortened(text.replaceAll(/\s+/g, ' '), LINE)),
    visible(cardState ?? ''),
  ],
  ...(proposalId === null ? {} : { proposalId }),
});

const traceCard = (run: RunInfo, steps: readonly StepInfo[]): Card => {
  const left =
    steps.length > SHOWN ? [visible(`The first ${steps.length - SHOWN} lines are left out. GET /api/agent-runs/${run.id} has all.`)] : [];
  const open = run.state === 'queued' || run.state === 'running' || run.state === 'parked';
  return plainCard({
    title: visible(`@${run.agentKey}: ${shortened(run.goal, SHORT)}`),
    status: STATE[run.state],
    facts: [
      { label: 'Ordered by', value: visible(run.personName ?? 'nobody: it came by itself') },
      { label: 'Priority', value: visible(String(run.priority)) },
      { label: 'Steps', value: visible(String(run.steps)) },
      { label: 'Tokens', value: visible(`${run.inputTokens} in, ${run.outputTokens} out`) },
      { label: 'Cost', value: visible(dollars(run.costMicros)) },
      { label: 'Id', value: shortId(run.id) },
    ],
    table: { columns: ['#', 'Step', 'Tool', 'What', 'Card'], rows: steps.slice(-SHOWN).map(stepRow), empty: 'It has not begun yet.' },
    notes: [...left, ...(run.problem === null ? [] : [visible(run.problem)])],
    ...(run.outcome === null ? {} : { prose: visible(shortened(run.outcome, 2000)) }),
    actions: open ? [{ verb: 'say', label: 'Cancel this run', text: `/cancel-run ${shortId(run.id)}`, tone: 'plain' }] : [],
  });
};

const Id = z.strictObject({ id: z.string('Say which run: /runs shows their ids.').min(1).max(100) });

export const showRun = ({ heart }: CommandDeps) =>
  defineCommand({
    name: 'run',
    summary: 'One run of an agent, with its trace',
    usage: '/run <id>',
    changes: false,
    role: 'viewer',
    args: Id,
    rest: 'id',
    async run({ id }, actor) {
      const run = await runLike(heart, actor, id);
      return run.ok ? ok(traceCard(run.value, await readSteps(heart.database.db, run.value.id))) : run;
    },
  });

export const cancelRun = ({ heart }: CommandDeps) =>
  defineCommand({
    name: 'cancel-run',
    summary: 'Ends a run of an agent, whatever it is at; its cards stay',
    usage: '/cancel-run <id>',
    changes: true,
    role: 'operator',
    args: Id,
    rest: 'id',
    async run({ id }, actor) {
      if (!roleAtLeast(actor.role, 'operator'))
        return err({ code: 'not_allowed', message: 'Your role lets you read here, not change anything.' });
      const run = await runLike(heart, actor, id);
      if (!run.ok) return run;
      const stopped = await stopRun(heart, actor, { runId: run.value.id });
      return stopped.ok ? ok(traceCard(stopped.value, await readSteps(heart.database.db, run.value.id))) : stopped;
    },
  });
