import { readDay } from '../agents/grammar/dates.ts';
import type { Roster } from '../agents/roster.ts';
import type { Database } from '../db/client.ts';
import { listRuns } from '../db/read/agent-runs.ts';
import { listDocuments } from '../db/read/documents.ts';
import { listMembers, timeZoneOf } from '../db/read/people.ts';
import { listSchedules } from '../db/read/schedules.ts';
import { listTasks } from '../db/read/tasks.ts';
import { type ProposalState, TASK_STATES, type TaskState } from '../db/states.ts';
import type { Actor } from '../dispatch/actor.ts';
import type { Command } from '../dispatch/command.ts';
import type { FormField } from '../dispatch/form-fields.ts';
import type { Heart } from '../dispatch/heart.ts';
import { listStandings } from '../dispatch/standing.ts';
import { visible } from '../dispatch/visible.ts';
import { dayInWords } from '../tools/calendar-day.ts';
import { isoOf, todayIn } from '../tools/schedule/calendar.ts';
import type { Tool } from '../tools/tool.ts';
import { named, shortId } from './commands/which.ts';
import { toolFields } from './forms.ts';
import type { Choice } from './surface.ts';

type Known = { heart: Heart; database: Database; roster: Roster; projectId: string };
type Finder = (known: Known) => Promise<Choice[]>;

const MOST = 200;
const SHOWN = 25;
const DAYS = 7;

const plain = (value: string): Choice => ({ label: visible(value), value });

const agents: Finder = async ({ roster, projectId }) =>
  (await roster.members(projectId)).flatMap(({ agent, state }) =>
    state === 'retired' ? [] : [{ label: visible(`${agent.name} (@${agent.key})`), value: agent.key }],
  );

const tasks =
  (state: TaskState, by: 'title' | 'id'): Finder =>
  async ({ database, projectId }) => {
    const page = await listTasks(database.db, { projectId, state, cursor: undefined, limit: MOST });
    return (page.ok ? page.value.items : []).map(({ id, title }) => ({ label: visible(title), value: by === 'id' ? id : title }));
  };

/** A list by state, or one of those that are open. */
const tasksOrState: Finder = async (known) => [...TASK_STATES.map(plain), ...(await tasks('open', 'id')(known))];

const schedules: Finder = async ({ database, projectId }) => {
  const page = await listSchedules(database.db, { projectId, ended: false, cursor: undefined, limit: MOST });
  return (page.ok ? page.value.items : []).map(({ schedule }) => plain(schedule.name));
};

const people: Finder = async ({ database, projectId }) => {
  const page = await listMembers(database.db, { projectId, cursor: undefined, limit: MOST });
  return (page.ok ? page.value.items : []).map(({ name }) => plain(name));
};

const documents: Finder = async ({ database, projectId }) => {
  const page = await listDocuments(database.db, { projectId, cursor: undefined, limit: MOST });
  const written = (page.ok ? page.value.items : []).map(({ docType, agentKey }) => `${docType}${agentKey === '' ? '' : ` ${agentKey}`}`);
  return written.map(plain);
};

const runs =
  (open: boolean): Finder =>
  async ({ database, projectId }) => {
    const page = await listRuns(database.db, { projectId, cursor: undefined, limit: MOST });
    const found = (page.ok ? page.value.items : []).filter(({ finishedAt }) => !open || finishedAt === null);
    return found.map(({ id, agentKey, goal }) => ({ label: visible(`@${agentKey}: ${goal}`), value: shortId(id) }));
  };

const proposals =
  (...states: ProposalState[]): Finder =>
  async ({ heart, projectId }) =>
    (await listStandings(heart.database.db, { projectId, states, limit: SHOWN })).map((standing) => ({
      label: visible(named(heart, standing)),
      value: shortId(standing.proposal.id),
    }));

/** The arguments, of any command or action, that name something which is known here, and where it is looked up. */
const BY_NAME: Readonly<Record<string, Finder>> = {
  agent: agents,
  agent_key: agents,
  assignee_agent_key: agents,
  target_agent_key: agents,
  person: people,
  assignee_name: people,
};

/** The same where the argument's name alone does not tell: by the slash that it follows. */
const BY_SLASH: Readonly<Record<string, Finder>> = {
  'change-agent key': agents,
  'retire-agent key': agents,
  'tasks state': tasksOrState,
  'cancel title': tasks('open', 'title'),
  'assign title': tasks('open', 'title'),
  'start title': tasks('open', 'title'),
  'complete title': tasks('in_progress', 'title'),
  'reopen title': tasks('completed', 'title'),
  'pause-schedule name': schedules,
  'resume-schedule name': schedules,
  'run-schedule name': schedules,
  'unschedule name': schedules,
  'docs name': documents,
  'run id': runs(false),
  'cancel-run id': runs(true),
  'undo id': proposals('executed'),
  'retry id': proposals('failed'),
};
export const SUGGESTED = { BY_NAME, BY_SLASH };

const finderOf = (slash: string, field: string): Finder | undefined => BY_SLASH[`${slash} ${field}`] ?? BY_NAME[field];

/** Whether somebody who fills this in can be offered what may be meant. */
export const isSuggested = (slash: string, { name, control, choices, words }: FormField): boolean =>
  control === 'date' || choices.length > 0 || words !== undefined || finderOf(slash, name) !== undefined;

const daysFor = (typed: string, today: ReturnType<typeof todayIn>): Choice[] => {
  const on = (day: string): Choice => ({ label: visible(dayInWords(day)), value: day });
  if (typed === '') return Array.from({ length: DAYS }, (_, ahead) => on(isoOf(today + ahead)));
  const read = readDay({ words: typed.split(/\s+/), written: typed, today });
  return read.kind === 'day' ? [on(read.day)] : [];
};

type Asked = { command: string; field: string; typed: string };
type Deps = { heart: Heart; database: Database; receive: { agents: Roster }; commands: readonly Command[]; tools: readonly Tool[] };

/** What may be meant by what was typed so far into one argument: what begins with it first, then what holds it. */
export const choicesFor = async (deps: Deps, { command: slash, field: name, typed }: Asked, actor: Actor): Promise<readonly Choice[]> => {
  const { heart, database, receive } = deps;
  const { projectId } = actor;
  const command = deps.commands.find((one) => one.name === slash);
  const fillable = command ? { input: command.args } : deps.tools.find((one) => one.slash === slash);
  const field = fillable && toolFields(fillable).find((one) => one.name === name);
  if (!field) return [];
  const begun = typed.trim().toLowerCase();
  if (field.control === 'date') return daysFor(begun, todayIn(new Date(), await timeZoneOf(database.db, actor)));
  const found = (await finderOf(slash, name)?.({ heart, database, roster: receive.agents, projectId })) ?? [];
  const all = [...[...field.choices, ...(field.words ?? [])].map(plain), ...found];
  const where = ({ label, value }: Choice): number => {
    const places = [label.toLowerCase().indexOf(begun), value.toLowerCase().indexOf(begun)].filter((at) => at >= 0);
    return places.length === 0 ? -1 : Math.min(...places, 1);
  };
  return all
    .filter((choice) => where(choice) >= 0)
    .sort((a, b) => where(a) - where(b))
    .slice(0, SHOWN);
};
