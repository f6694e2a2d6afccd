import { type FeedEvent, feedHead, readFeed } from '../db/feed.ts';
import { moveReader, readerAt } from '../db/notifications.ts';
import { isKnownCursor } from '../db/read/feed-place.ts';
import { considerPair, type Pair } from '../dispatch/earned.ts';
import type { Heart } from '../dispatch/heart.ts';
import { listStandings } from '../dispatch/standing.ts';
import type { Team } from '../tools/autonomy-change.ts';

const READER = 'earned autonomy';
const BATCH = 500;
/** Many decisions at once are looked at once; and soon again what an older transaction still hides. */
const SETTLE_MS = 300;
/** A person's word on what somebody proposed: nothing else can earn anything. */
const DECIDED = new Set(['proposal.approved', 'proposal.rejected']);

type Deps = { heart: Heart; team: Team; projectId: string };

const pairsOf = async ({ heart, projectId }: Deps, events: readonly FeedEvent[]): Promise<Pair[]> => {
  const ids = [...new Set(events.filter(({ kind }) => DECIDED.has(kind)).flatMap(({ proposalId }) => proposalId ?? []))];
  const standings = await listStandings(heart.database.db, { projectId, ids, limit: ids.length });
  const pairs = standings.flatMap(({ proposal: { agentKey, tool } }) => (agentKey === null ? [] : [{ projectId, agent: agentKey, tool }]));
  return [...new Map(pairs.map((pair) => [`${pair.agent} ${pair.tool}`, pair])).values()];
};

/** Looks at the next decisions. Of several processes each may look: a rule is proposed once. Answers whether to look again. */
const step = async (deps: Deps): Promise<'now' | 'soon' | 'when heard'> => {
  const { heart, team, projectId } = deps;
  const { db } = heart.database;
  const from = await readerAt(db, READER);
  const page =
    from !== undefined && (await isKnownCursor(db, from)) ? await readFeed(db, { projectId, after: from, limit: BATCH }) : undefined;
  // The first start, or a place of before a restore: what was decided until now counts with the next decision.
  if (!page) {
    await moveReader(db, READER, { from, to: await feedHead(db) });
    return 'now';
  }
  if (page.events.length === 0) return page.pending ? 'soon' : 'when heard';
  for (const pair of await pairsOf(deps, page.events)) await considerPair(heart, team, pair);
  await moveReader(db, READER, { from, to: page.cursor });
  return 'now';
};

/** Looks after decisions, and at no other time, whether an agent has earned a rule. */
export const startEarning = (deps: Deps): { stop(): Promise<void> } => {
  const { signals, log } = deps.heart;
  let stopped = false;
  let ringing: NodeJS.Timeout | undefined;
  let busy = Promise.resolve();
  const round = async (): Promise<void> => {
    for (let next = await step(deps); next !== 'when heard' && !stopped; next = await step(deps)) if (next === 'soon') return ring();
  };
  const ring = (): void => {
    if (stopped) return;
    ringing ??= setTimeout(() => {
      ringing = undefined;
      busy = busy
        .then(round)
        .catch((error: unknown) => log.warn({ err: error instanceof Error ? error.name : 'unknown' }, 'earned.unseen'));
    }, SETTLE_MS);
  };
  const unhear = signals.on('wilco_events', ring);
  ring();
  return {
    async stop() {
      stopped = true;
      unhear();
      clearTimeout(ringing);
      await busy;
    },
  };
};
