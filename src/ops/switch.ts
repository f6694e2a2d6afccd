import { AGENTS } from '../agents/registry.ts';
import { createRoster } from '../agents/roster.ts';
import { findStoppable, sayPlace, switchPlace } from '../bot/switch-agent.ts';
import type { Config } from '../config.ts';
import { openDatabase } from '../db/client.ts';
import { ensureInstalled } from '../db/install.ts';
import { openSignals } from '../db/signals.ts';
import { visitDatabase } from '../db/visit.ts';
import type { Actor } from '../dispatch/actor.ts';
import { byName, type Heart } from '../dispatch/heart.ts';
import { type Switched, type SwitchVerb, throwSwitch } from '../dispatch/power.ts';
import { openQueue, type Queue } from '../queue/boss.ts';
import { err, ok, type Result } from '../result.ts';
import type { OpsCommand, OpsRun } from './run.ts';

const VERBS = ['pause', 'resume', 'kill', 'unkill'] as const satisfies readonly SwitchVerb[];
const DONE: Record<SwitchVerb, string> = {
  pause: 'Everything is paused: what is approved waits.',
  resume: 'Everything goes on.',
  kill: 'Everything is killed: what ran was told to stop, and what was approved is void.',
  unkill: 'The kill is lifted. Nothing old runs.',
};
const USAGE = 'Write npm run switch -- pause, resume, kill or unkill, then @ and an agent or a domain if only that is meant, then why.';

type Wanted = { verb: SwitchVerb; named: string | undefined; reason: string | null };
type Refusal = { code: string; message: string };

const readWanted = (args: readonly string[]): Wanted | undefined => {
  const [first, ...rest] = args;
  const verb = VERBS.find((one) => one === first);
  const named = rest[0]?.startsWith('@') ? rest[0] : undefined;
  const reason = (named === undefined ? rest : rest.slice(1)).join(' ').trim();
  return verb && { verb, named, reason: reason === '' ? null : reason };
};

/** What a switch proves, line by line. */
const linesOf = (title: string, switched: Switched): string[] => {
  const { acknowledged, unacknowledged, alreadyDispatched, voided, runsCancelled, held } = switched;
  const list = (items: readonly string[], none: string) => (items.length === 0 ? none : items.join(', '));
  return [
    title,
    `  Workers that confirmed: ${list(acknowledged, 'none is running')}`,
    ...(unacknowledged.length > 0 ? [`  Workers that did not answer: ${unacknowledged.join(', ')}`] : []),
    `  Made void: ${voided}. Runs of agents ended: ${runsCancelled}. Waiting: ${held}.`,
    `  Had started already: ${list(
      alreadyDispatched.map(({ tool, proposalId }) => `${tool} (${proposalId})`),
      'nothing',
    )}`,
  ];
};

/** Throws it as the owner: whoever may run the program on this machine is trusted with all of it. */
const throwAs = async (
  { heart, queue }: { heart: Heart; queue: Queue },
  owner: Actor,
  wanted: Wanted,
): Promise<Result<string[], Refusal>> => {
  const { verb, named, reason } = wanted;
  if (named === undefined) {
    const thrown = await throwSwitch(heart, owner, { verb, reason });
    return thrown.ok ? ok(linesOf(DONE[verb], thrown.value)) : thrown;
  }
  const agents = createRoster(heart.database.db, AGENTS);
  const at = await findStoppable(agents, owner.projectId, named);
  if (!at) return err({ code: 'agent_missing', message: `There is no agent and no domain called ${named}.` });
  const enqueueRoute = (tx: Parameters<Queue['enqueue']>[0], messageId: string) => queue.enqueue(tx, 'route', { messageId });
  const receive = { database: heart.database, agents, enqueueRoute };
  const thrown = await switchPlace({ heart, receive }, owner, { verb, reason, at });
  return thrown.ok ? ok(linesOf(sayPlace(at.name, verb, thrown.value.freed), thrown.value)) : thrown;
};

/** Reaches the database, running or not, with all that a switch needs: no tool and no worker of its own. */
const onInstallation = async ({ log, say }: OpsRun, config: Config, wanted: Wanted): Promise<number> => {
  const visit = await visitDatabase({ home: config.home, databaseUrl: config.databaseUrl, log, make: false, alone: false });
  if (!visit.ok) {
    say(visit.error.message);
    return 1;
  }
  const { url } = visit.value;
  const database = openDatabase(url, { max: 3, onIdleError: () => undefined });
  const signals = await openSignals({ url, pool: database.pool, log });
  const queue = await openQueue({ url, log, supervise: false });
  try {
    const { projectId, ownerId } = await ensureInstalled(database, { ownerName: 'Owner', timeZone: config.timeZone });
    const enqueue: Heart['enqueue'] = (tx, job) => queue.enqueue(tx, 'execute', job);
    const heart: Heart = { database, signals, log, tools: byName([]), enqueue };
    const owner: Actor = { projectId, personId: ownerId, name: 'Owner', role: 'owner', via: 'command line' };
    const thrown = await throwAs({ heart, queue }, owner, wanted);
    for (const line of thrown.ok ? thrown.value : [thrown.error.message]) say(line);
    return thrown.ok ? 0 : 1;
  } finally {
    await queue.stop();
    await signals.stop();
    await database.close();
    await visit.value.leave();
  }
};

/** `npm run switch -- kill [@agent or @domain] [why]`: what `/kill` and its like do, for when no chat can be reached. */
export const throwFromHere: OpsCommand = async (run) => {
  const { config, args, say } = run;
  const wanted = readWanted(args);
  if (!wanted || !config.ok) {
    say(config.ok ? USAGE : config.error.message);
    return 1;
  }
  return onInstallation(run, config.value, wanted);
};
