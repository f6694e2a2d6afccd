import { z } from 'zod';
import { defineCommand } from '../../dispatch/command.ts';
import { dayCard } from '../../dispatch/day.ts';
import { ok } from '../../result.ts';
import type { CommandDeps } from './deps.ts';

/** The digest of the day, now. It is not posted by that, and the one of today comes all the same. */
export const digest = ({ heart }: CommandDeps) =>
  defineCommand({
    name: 'digest',
    summary: 'What happened since the last digest, what waits, and what it cost',
    usage: '/digest',
    changes: false,
    role: 'viewer',
    args: z.strictObject({}),
    run: async (_args, { projectId }) => ok(await dayCard(heart, projectId)),
  });
