import type { Command } from '../../dispatch/command.ts';
import { addSchedule } from './add-schedule.ts';
import { agent, restartAgent } from './agent.ts';
import { agents } from './agents.ts';
import { approvals } from './approvals.ts';
import { approveSafe } from './approve-safe.ts';
import { autonomy, endAutopilot } from './autonomy.ts';
import { budget, budgets } from './budgets.ts';
import { dashboard } from './dashboard.ts';
import { decisions } from './decisions.ts';
import type { CommandDeps } from './deps.ts';
import { digest } from './digest.ts';
import { documents } from './documents.ts';
import { help } from './help.ts';
import { factsCommand, forgetCommand, rememberCommand } from './memory.ts';
import { metrics } from './metrics.ts';
import { groups, policy } from './policy.ts';
import { retryFailed } from './retry.ts';
import { cancelRun, runs, showRun } from './runs.ts';
import { pauseSchedule, resumeSchedule, runScheduleNow } from './schedule-switches.ts';
import { schedules } from './schedules.ts';
import { settleUnknown } from './settle.ts';
import { status } from './status.ts';
import { kill, pause, pauseAgent, resume, resumeAgent, unkill } from './switches.ts';
import { comment, setTask, tasks } from './tasks.ts';
import { team, teamHere } from './team.ts';
import { undoLast } from './undo.ts';

/** Every command, for every surface, the API, `/help` and the router. */
export const createCommands = (deps: CommandDeps): readonly Command[] => {
  const commands: Command[] = [
    approvals(deps),
    status(deps),
    policy(deps),
    groups(deps),
    dashboard(deps),
    metrics(deps),
    tasks(deps),
    setTask(deps),
    comment(deps),
    team(deps),
    teamHere(deps),
    digest(deps),
    agents(deps),
    agent(deps),
    restartAgent(deps),
    pauseAgent(deps),
    resumeAgent(deps),
    runs(deps),
    showRun(deps),
    cancelRun(deps),
    budgets(deps),
    budget(deps),
    autonomy(deps),
    endAutopilot(deps),
    documents(deps),
    decisions(deps),
    rememberCommand(deps),
    factsCommand(deps),
    forgetCommand(deps),
    approveSafe(deps),
    undoLast(deps),
    retryFailed(deps),
    settleUnknown(deps),
    schedules(deps),
    addSchedule(deps),
    pauseSchedule(deps),
    resumeSchedule(deps),
    runScheduleNow(deps),
    pause(deps),
    resume(deps),
    kill(deps),
    unkill(deps),
    help(deps, () => commands),
  ];
  return commands;
};
