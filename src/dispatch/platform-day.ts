import { and, eq, gte, inArray, ne, sql } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { effects, proposals, revisions } from '../db/tables/proposals.ts';
import type { Tool } from '../tools/tool.ts';
import { jsonOf } from './compose.ts';
import type { Heart } from './heart.ts';
import type { Standing } from './standing.ts';

const DAY_LOCK = 0x57_49_50_44;

type Wanted = { standing: Standing; tool: Tool; input: Record<string, unknown> };

const platformOf = (tool: Tool | undefined, inputText: string): string | undefined => {
  const input = tool?.platform && tool.input.safeParse(jsonOf(inputText));
  return input?.success ? tool?.platform?.(input.data) : undefined;
};

/** What began today (UTC) on the platform and is not known to have failed. */
const startedToday = async (heart: Heart, db: Db, at: { projectId: string; platform: string }): Promise<number> => {
  const names = [...heart.tools.values()].filter((tool) => tool.platform).map(({ name }) => name);
  const rows = await db
    .select({ tool: proposals.tool, inputText: revisions.inputText })
    .from(effects)
    .innerJoin(proposals, eq(proposals.id, effects.proposalId))
    .innerJoin(revisions, and(eq(revisions.proposalId, proposals.id), eq(revisions.digest, effects.digest)))
    .where(
      and(
        eq(proposals.projectId, at.projectId),
        inArray(proposals.tool, names),
        ne(effects.state, 'failed'),
        gte(effects.startedAt, sql`date_trunc('day', now() at time zone 'UTC') at time zone 'UTC'`),
      ),
    );
  return rows.filter(({ tool, inputText }) => platformOf(heart.tools.get(tool), inputText) === at.platform).length;
};

/**
 * Why nothing more may begin today on the action's platform, or undefined. Those that begin on one platform are counted one after the other,
 * so that two at once are not both the last. Asked in the transaction that starts it.
 */
export const platformIsFull = async (heart: Heart, db: Db, { standing, tool, input }: Wanted): Promise<string | undefined> => {
  const platform = tool.platform?.(input);
  const perDay = platform === undefined ? undefined : standing.policy.document.platforms[platform]?.perDay;
  if (platform === undefined || perDay === undefined) return undefined;
  const { projectId } = standing.proposal;
  await db.execute(sql`select pg_advisory_xact_lock(${DAY_LOCK}, hashtext(${`${projectId} ${platform}`}))`);
  const started = await startedToday(heart, db, { projectId, platform });
  if (started < perDay) return undefined;
  return `The policy allows ${perDay} a day (UTC) on ${platform}, and today there were ${started}. Nothing was done; retry it tomorrow.`;
};
