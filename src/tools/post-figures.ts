import { z } from 'zod';
import type { Db } from '../db/client.ts';
import { type Figures, readAgentSpend, readFigures } from '../db/read/figures.ts';
import { ok } from '../result.ts';
import { defineTool, field, type Tool } from './tool.ts';

/** Puts a text into the team room, in the caller's transaction. */
export type TellTeam = (tx: Db, post: { projectId: string; text: string }) => Promise<void>;

/** The reports that there are, and the days that each looks back. */
export const REPORTS = { day: 1, week: 7, waiting: 1, spending: 7 } as const;
type ReportName = keyof typeof REPORTS;
const NAMES = Object.keys(REPORTS) as [ReportName, ...ReportName[]];

const TITLES: Record<ReportName, string> = {
  day: 'The figures of the last 24 hours',
  week: 'The figures of the last seven days',
  waiting: 'What waits for a decision',
  spending: 'What the models took in the last seven days',
};

const DAY_MS = 86_400_000;

const number = (value: number): string => Math.round(value).toLocaleString('en');
const money = (micros: number): string => `$${(micros / 1_000_000).toFixed(2)}`;

const waitingLine = ({ waiting, oldestHours }: Figures): string =>
  waiting === 0
    ? 'Nothing waits for a decision.'
    : `${number(waiting)} wait${waiting === 1 ? 's' : ''} for a decision, the oldest for ${oldestHours < 1 ? 'less than an hour' : `${number(oldestHours)} h`}. /approvals lists them.`;

const workLines = (figures: Figures): string[] => [
  `Proposed ${number(figures.proposed)}: ${number(figures.approved)} approved, ${number(figures.rejected)} rejected.`,
  `Carried out ${number(figures.executed)}, failed ${number(figures.failed)}.`,
  `Tasks: ${number(figures.tasksMade)} new, ${number(figures.tasksCompleted)} completed, ${number(figures.tasksOpen)} open.`,
  `Agents: ${number(figures.agentRuns)} runs, ${number(figures.agentRunsFailed)} failed.`,
  `Models: ${number(figures.modelCalls)} calls, ${number(figures.modelTokens)} tokens, ${money(figures.modelMicros)}. Actions: ${money(figures.actionMicros)}.`,
];

const spendingLines = async (db: Db, at: { projectId: string; from: Date; until: Date }): Promise<string[]> => {
  const spent = await readAgentSpend(db, at);
  if (spent.length === 0) return ['No model was asked.'];
  return spent.map(({ agent, calls, tokens, micros }) => `@${agent}: ${number(calls)} calls, ${number(tokens)} tokens, ${money(micros)}`);
};

/** The text of a report, counted by code from what is on record: no model has a part in it. */
export const reportText = async (
  db: Db,
  { projectId, report, now }: { projectId: string; report: ReportName; now: Date },
): Promise<string> => {
  const at = { projectId, from: new Date(now.getTime() - REPORTS[report] * DAY_MS), until: now };
  const title = `${TITLES[report]}:`;
  if (report === 'spending') return [title, ...(await spendingLines(db, at))].join('\n');
  const figures = await readFigures(db, at);
  return report === 'waiting' ? waitingLine(figures) : [title, ...workLines(figures), waitingLine(figures)].join('\n');
};

/** What the shipped schedules do: counts, and says so in the team room. */
export const postFigures = (tell: TellTeam): Tool =>
  defineTool({
    name: 'post_figures',
    slash: 'post-figures',
    title: 'Post figures',
    summary: 'Counts what was done, what waits and what it cost, and posts that in the team room; no model has a part in it',
    examples: [],
    phrases: [],
    effect: 'write',
    replay: 'transactional',
    version: 1,
    internal: true,
    input: z.strictObject({
      report: z
        .enum(NAMES, `There are the reports ${NAMES.join(', ')}.`)
        .meta(field({ title: 'Report', control: 'choice', slot: 'choice' })),
    }),
    account: 'wilco',
    target: () => 'the team room',
    risk: () => 'low',
    preview: async ({ report }) => ({
      changes: [`Posts in the team room: ${TITLES[report].toLowerCase()}, as they stand then`],
      reversible: 'Cannot be taken back once people have read it',
    }),
    async execute({ report }, { tx, projectId }) {
      const text = await reportText(tx, { projectId, report, now: new Date() });
      await tell(tx, { projectId, text });
      return ok({ summary: `Posted in the team room: ${TITLES[report].toLowerCase()}`, data: { report } });
    },
  });
