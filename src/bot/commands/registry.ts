import type { Command } from '../../dispatch/command.ts';
import { agents } from './agents.ts';
import { approvals } from './approvals.ts';
import type { CommandDeps } from './deps.ts';
import { help } from './help.ts';
import { metrics } from './metrics.ts';
import { status } from './status.ts';
import { kill, pause, resume, unkill } from './switches.ts';
import { tasks } from './tasks.ts';

/** Every command, for every surface, the API, `/help` and the router. */
export const createCommands = (deps: CommandDeps): readonly Command[] => {
  const commands: Command[] = [
    approvals(deps),
    status(deps),
    metrics(deps),
    tasks(deps),
    agents(deps),
    pause(deps),
    resume(deps),
    kill(deps),
    unkill(deps),
    help(deps, () => commands),
  ];
  return commands;
};
