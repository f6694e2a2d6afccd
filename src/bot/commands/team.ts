import { z } from 'zod';
import { openPosts } from '../../db/read/team.ts';
import { ensureThread } from '../../db/talk.ts';
import { splitThreadId } from '../../db/thread-id.ts';
import { plainCard } from '../../dispatch/card.ts';
import { defineCommand } from '../../dispatch/command.ts';
import { propose } from '../../dispatch/propose.ts';
import { TEAM_THREAD } from '../../dispatch/team.ts';
import { visible } from '../../dispatch/visible.ts';
import { err, ok } from '../../result.ts';
import { age } from '../age.ts';
import type { CommandDeps } from './deps.ts';

const LIMIT = 20;
const KINDS: Record<string, string> = { finding: 'Finding', task_proposal: 'Task', action_proposal: 'Action' };

/** What waits in the team room, and for how long. */
export const team = ({ heart }: CommandDeps) =>
  defineCommand({
    name: 'team',
    summary: 'What waits in the team room, and how long it has',
    usage: '/team',
    changes: false,
    role: 'viewer',
    args: z.strictObject({}),
    async run(_args, { projectId }) {
      const open = await openPosts(heart.database.db, { projectId, threadId: TEAM_THREAD, limit: LIMIT });
      const rows = open.map(({ kind, author, text, proposalId, ageSeconds }) => ({
        cells: [KINDS[kind] ?? kind, text, author, age(ageSeconds)].map(visible),
        ...(proposalId ? { proposalId } : {}),
      }));
      const count = open.length === LIMIT ? `${LIMIT} or more wait` : `${open.length} wait${open.length === 1 ? 's' : ''}`;
      const title = visible(open.length === 0 ? 'Nothing waits in the team room' : `${count} in the team room`);
      const table = { columns: ['What', 'About', 'From', 'Age'], rows, empty: 'Agents post there what they find and propose.' };
      return ok(plainCard({ title, table }));
    },
  });

const ELSEWHERE = 'Write this in the channel of Slack or Discord that is to be the team’s. In the web room the team has its own.';

/** Asks that the channel where it is written be the team's: that is a change of power, so an admin approves its card. */
export const teamHere = ({ heart }: CommandDeps) =>
  defineCommand({
    name: 'team-here',
    summary: 'Makes this channel the one where the team room stands, too; or "off", that it no longer does',
    usage: '/team-here [off]',
    changes: true,
    role: 'admin',
    args: z.strictObject({ off: z.literal('off', 'Write /team-here, or /team-here off.').optional() }),
    rest: 'off',
    async run({ off }, actor, { threadId }) {
      const { surface, channel } = splitThreadId(threadId) ?? { surface: 'room', channel: '' };
      const cut = channel.indexOf('.');
      if (surface === 'room' || cut <= 0) return err({ code: 'wrong_place', message: ELSEWHERE });
      const { projectId } = actor;
      await heart.database.transaction(({ db }) => ensureThread(db, { id: threadId, projectId, create: true, title: 'Team' }));
      const input = { platform: surface, workspace: channel.slice(0, cut), channel: off ? 'none' : channel.slice(cut + 1) };
      const proposed = await propose(heart, actor, { threadId, tool: 'set_team_channel', input });
      if (!proposed.ok) return proposed;
      return ok(plainCard({ title: visible('Its card is here: it counts once an admin has approved it') }));
    },
  });
