import { mkdir } from 'node:fs/promises';
import { AGENTS } from '../agents/registry.ts';
import { createRoster, createTeam } from '../agents/roster.ts';
import { createPlatforms } from '../bot/platforms.ts';
import { postInRoom } from '../bot/room/post.ts';
import type { Config } from '../config.ts';
import { ensureInstalled, restoreSolo } from '../db/install.ts';
import { openStorage, type Storage } from '../db/storage.ts';
import { byName, type Heart } from '../dispatch/heart.ts';
import { postToTeam } from '../dispatch/team.ts';
import type { Log } from '../log.ts';
import { openQueue, type Queue } from '../queue/boss.ts';
import type { TellTeam } from '../tools/post-figures.ts';
import type { Teammates } from '../tools/reads/list-agents.ts';
import { createReads } from '../tools/reads/registry.ts';
import { createTools } from '../tools/registry.ts';
import { openWaysOut, type WaysOut } from '../tools/ways-out.ts';

const CONNECTIONS = 14;

/** What has started, newest first: stopped in that order. */
export type Running = { name: string; stop(): Promise<void> }[];

export const say = (line: string) => process.stdout.write(`${line}\n`);

export class Refused extends Error {
  override name = 'Refused';
}

const giveUp = (message: string): void => {
  say(message);
  process.exit(1);
};

/** The heart and the tools that anybody may be offered. */
export const createHeart = (at: { storage: Storage; queue: Queue; ways: WaysOut; home: string; log: Log }) => {
  const { storage, queue, ways, home, log } = at;
  const { database, signals } = storage;
  const roster = createRoster(database.db, AGENTS);
  const teammates: Teammates = async (projectId) =>
    (await roster.members(projectId)).map(({ agent: { key, name, summary, domain }, state }) => ({ key, name, summary, domain, state }));
  const reads = createReads(teammates);
  const knowsAgent = async (projectId: string, key: string) => (await roster.find(projectId, key)) !== undefined;
  const tellTeam: TellTeam = async (db, post) => void (await postToTeam({ db }, { ...post, kind: 'status', agent: null }));
  const platforms = createPlatforms();
  const offered = { home, post: postInRoom, shipped: AGENTS, knowsAgent, tellTeam, findGroups: platforms.find };
  const tools = createTools({ ...offered, ...ways, team: createTeam(roster) });
  const enqueue: Heart['enqueue'] = async (tx, job) => {
    await queue.enqueue(tx, 'execute', job);
    tx.afterCommit(() => signals.tell('wilco_jobs'));
  };
  const heart: Heart = { database, signals, log, tools: byName(tools), enqueue, askGroup: platforms.ask };
  return { heart, platforms, roster, reads, tools: tools.filter(({ internal }) => !internal) };
};

/** Opens what everything else stands on, in order; what has started is put in front of `running`. */
export const openEverything = async (config: Config, log: Log, running: Running) => {
  // As root the database runs as another user, who has to pass through to his own folder; everything in it keeps to itself.
  await mkdir(config.home, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const ways = await openWaysOut(config);
  if (!ways.ok) throw new Refused(ways.error.message);
  const storage = await openStorage({ home: config.home, databaseUrl: config.databaseUrl, connections: CONNECTIONS, log, onFatal: giveUp });
  if (!storage.ok) throw new Refused(storage.error.message);
  running.unshift({ name: 'database', stop: storage.value.stop });
  const queue = await openQueue({ url: storage.value.url, log, supervise: config.roles.includes('worker') });
  running.unshift({ name: 'queue', stop: queue.stop });
  if (storage.value.embedded) await queue.reclaim();
  const installed = await ensureInstalled(storage.value.database, { ownerName: 'Owner', timeZone: config.timeZone });
  if (config.solo) await restoreSolo(storage.value.database, installed.projectId);
  return { storage: storage.value, queue, installed, ways: ways.value };
};

export type Opened = Awaited<ReturnType<typeof openEverything>> &
  ReturnType<typeof createHeart> & { config: Config; log: Log; running: Running };
