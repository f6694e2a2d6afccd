import { createMeter } from '../agents/meter.ts';
import { createTeam, type Roster } from '../agents/roster.ts';
import { workforceOf } from '../agents/workforce.ts';
import { onMessage } from '../bot/on-message.ts';
import { isCrowded } from '../bot/receive.ts';
import { askForMore } from '../dispatch/ask-for-more.ts';
import { startAgentRunner } from '../queue/agent-runner.ts';
import { startDayDigest } from '../queue/day-digest.ts';
import { startDigests } from '../queue/digests.ts';
import { startEarning } from '../queue/earning.ts';
import { startHousekeeping } from '../queue/housekeeping.ts';
import { JOB_ROLE, type JobName } from '../queue/jobs.ts';
import { watchLadders } from '../queue/ladder-watch.ts';
import { type Handlers, startPump } from '../queue/pump.ts';
import { startScheduler } from '../queue/scheduler.ts';
import { startTaskRuns } from '../queue/task-runs.ts';
import { startWorker } from '../queue/worker.ts';
import { watchMail } from '../tools/email/watch.ts';
import { span } from '../trace.ts';
import { routing, type startBot } from './bot.ts';
import { type Opened, say } from './opened.ts';

const SLOTS = 10;
const DRAIN_MS = 20_000;

/** How many pieces of agents' work go on at a time in one process. */
const AGENT_SLOTS = 8;

/** Lets agents work, where there is a model for them. */
const startAgents = async (open: Opened, workerId: string): Promise<void> => {
  const { storage, heart, tools, roster, reads, config, log, running } = open;
  const { model } = config;
  if (!model) return;
  const { openConverser } = await import('../agents/model/open-converser.ts');
  const { database, signals } = storage;
  const { timeoutMs, prices } = model;
  const runner = startAgentRunner({
    ...{ heart, tools, roster, reads, converser: await openConverser(model) },
    ...{
      meter: createMeter(database, model, (over, { threadId }) => askForMore(heart, over, threadId)),
      prices,
      timeoutMs,
      signals,
      workerId,
      slots: AGENT_SLOTS,
      log,
    },
  });
  running.unshift({ name: 'agents', stop: () => runner.stop(DRAIN_MS) });
};

/** What looks after things beside the jobs, each woken by what happens. */
const startWatches = (open: Opened, agents: Roster): void => {
  const { storage, queue, ways, heart, config, log, running, installed } = open;
  const { database, signals } = storage;
  const { projectId } = installed;
  const begin = (name: string, { stop }: { stop(): Promise<void> }) => running.unshift({ name, stop });
  begin('housekeeping', startHousekeeping({ database, heart, queue, signals, log }));
  begin('ladder', watchLadders({ heart, signals, projectId, log }));
  begin('earning', startEarning({ heart, team: createTeam(agents), projectId }));
  if (ways.mail) begin('mail', watchMail({ db: database.db, mail: ways.mail, log }));
  const shared = { database, heart, signals, log, workforce: workforceOf(agents, config.model !== null) };
  begin('scheduler', startScheduler({ ...shared, enqueueRoute: routing(open) }));
  begin('digests', startDigests(shared));
  begin('task runs', startTaskRuns({ heart, signals, agents, projectId }));
  begin('day digest', startDayDigest({ heart, signals, projectId }));
};

/** Takes jobs of the roles that this process has. */
export const startWork = async (open: Opened, made: Awaited<ReturnType<typeof startBot>>): Promise<void> => {
  const { storage, queue, heart, config, log, running } = open;
  const { database, signals } = storage;
  const names = (Object.keys(JOB_ROLE) as JobName[]).filter((name) => config.roles.includes(JOB_ROLE[name]));
  if (names.length === 0) return;
  const acts = config.roles.includes('worker');
  const worker = acts
    ? await startWorker({ database, heart, queue, signals, log, host: config.host, roles: config.roles.join(',') })
    : undefined;
  if (worker) running.unshift({ name: 'worker', stop: worker.stop });
  if (acts) startWatches(open, made.receive.agents);
  const route: Handlers['route'] = async ({ messageId }, { signal }) => {
    await span('message', { 'wilco.message_id': messageId }, () => onMessage(made.bot, messageId, signal));
    return 'done' as const;
  };
  const execute = worker?.handler ?? (async () => 'done' as const);
  const held = (name: JobName) => (name === 'execute' ? (worker?.held() ?? true) : isCrowded(made.receive.intake));
  const pump = startPump({ queue, signals, log, names, handlers: { route, execute }, slots: SLOTS, held });
  const drain = async () => {
    if (pump.active() > 0) say(`Finishing ${pump.active()} that are under way …`);
    await pump.stop(DRAIN_MS);
  };
  running.unshift({ name: 'pump', stop: drain });
  if (worker) await startAgents(open, worker.id);
};
