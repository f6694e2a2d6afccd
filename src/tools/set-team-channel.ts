import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '../db/client.ts';
import { record } from '../db/record.ts';
import { projectLinks } from '../db/tables/surfaces.ts';
import { ok } from '../result.ts';
import { POWER } from './power.ts';
import { refuse } from './refuse.ts';
import { defineTool, field, type Undo } from './tool.ts';

const NAME = 'It is an id of the platform: letters, digits, - and _.';
const id = () => z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, NAME);

const Input = z.strictObject({
  platform: z
    .string()
    .regex(/^[a-z]{1,20}$/, 'It is the name of a surface, such as slack.')
    .meta(field({ title: 'Platform', control: 'line' })),
  workspace: id().meta(field({ title: 'Workspace', control: 'line' })),
  channel: id().meta(field({ title: 'Channel, or none', control: 'channel' })),
});
type Input = z.output<typeof Input>;

const NONE = 'none';
const named = (channel: string | null): string => (channel === null || channel === NONE ? 'none' : channel);

const linkOf = ({ platform, workspace }: Pick<Input, 'platform' | 'workspace'>, projectId: string) =>
  and(eq(projectLinks.platform, platform), eq(projectLinks.workspace, workspace), eq(projectLinks.projectId, projectId));

const channelNow = async (db: Db, input: Input, projectId: string): Promise<string | null | undefined> => {
  const [row] = await db.select({ channel: projectLinks.teamChannel }).from(projectLinks).where(linkOf(input, projectId));
  return row?.channel;
};

const Done = z.object({ before: z.string().nullable() });

const takeBack = async (db: Db, at: { projectId: string; input: Input; data: Record<string, unknown> }): Promise<Undo> => {
  const { projectId, input, data } = at;
  const done = Done.safeParse(data);
  if (!done.success) return { ok: false, why: 'The channel before it is not known.' };
  if (named((await channelNow(db, input, projectId)) ?? null) !== input.channel)
    return { ok: false, why: 'The channel of the team room has been changed since.' };
  return { ok: true, tool: 'set_team_channel', input: { ...input, channel: named(done.data.before) } };
};

/** Ties a channel of an outside surface to the team room, or unties it. Whoever reads that channel reads what agents post. */
export const setTeamChannel = defineTool({
  name: 'set_team_channel',
  slash: 'team-channel',
  title: 'Set the channel of the team room',
  summary: 'Has what agents post, and their cards, stand in this channel, too',
  examples: ['/team-here'],
  phrases: [],
  ...POWER,
  internal: true,
  version: 1,
  input: Input,
  target: ({ platform, channel }) => `${platform} ${channel}`,
  async preview(input, { db, projectId }) {
    const now = await channelNow(db, input, projectId);
    const changes = [`The team room's channel on ${input.platform}: ${named(now ?? null)} → ${input.channel}`];
    if (input.channel !== NONE)
      changes.push('Everybody who can read that channel reads the findings, proposals and digests of the team room');
    return { changes, reversible: 'Can be undone; what was posted there stays' };
  },
  undo: ({ input, data }, { db, projectId }) => takeBack(db, { projectId, input, data }),
  async execute(input, { tx, projectId, proposalId, threadId, requesterId }) {
    const before = await channelNow(tx, input, projectId);
    if (before === undefined) return refuse('workspace_missing', 'That workspace is not linked to this project.');
    const { platform, workspace } = input;
    const teamChannel = input.channel === NONE ? null : input.channel;
    await tx.update(projectLinks).set({ teamChannel }).where(linkOf(input, projectId));
    const data = { platform, workspace, channel: teamChannel };
    await record(tx, { projectId, kind: 'team.channel_set', proposalId, threadId, personId: requesterId, data });
    return ok({
      summary: teamChannel ? 'The team room stands in that channel, too' : 'The team room stands in no channel there any more',
      data: { before },
    });
  },
});
