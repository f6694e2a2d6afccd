import { z } from 'zod';
import { type Role, roleAtLeast } from '../../db/states.ts';
import { type CardAction, plainCard } from '../../dispatch/card.ts';
import { defineCommand } from '../../dispatch/command.ts';
import { SWITCH_ROLES } from '../../dispatch/power.ts';
import { readSwitch } from '../../dispatch/switch.ts';
import { visible } from '../../dispatch/visible.ts';
import { ok } from '../../result.ts';
import { queueWords } from '../queue-words.ts';
import type { CommandDeps, ModelHealth } from './deps.ts';

const MODE = {
  live: { label: 'Live', tone: 'good' },
  backup: { label: 'Backup', tone: 'warning' },
  offline: { label: 'Offline', tone: 'bad' },
} as const;

const utc = (at: Date): string => at.toISOString().slice(11, 16).concat(' UTC');

const modelLine = (model: ModelHealth | null): string => {
  if (!model) return 'none: the built-in grammar answers';
  const last = model.okAt ? `last well at ${utc(model.okAt)}` : 'not found well so far';
  return `${model.name} ${model.ok ? 'answers' : 'does not answer'}, ${last}`;
};

const SWITCH_LABELS = { pause: 'Pause', resume: 'Resume', kill: 'Kill', unkill: 'Lift the kill' } as const;

/** What whoever may throw a switch can throw now. A press says the command in their own name. */
const switchesFor = (role: Role, { paused, killed }: { paused: boolean; killed: boolean }): CardAction[] => {
  const verbs = killed ? (['unkill'] as const) : ([paused ? 'resume' : 'pause', 'kill'] as const);
  return verbs
    .filter((verb) => roleAtLeast(role, SWITCH_ROLES[verb]))
    .map((verb) => ({ verb: 'say', label: SWITCH_LABELS[verb], text: `/${verb}`, tone: 'plain' }));
};

export const status = ({ heart, health }: CommandDeps) =>
  defineCommand({
    name: 'status',
    summary: 'Whether everything works: mode, workers, queue, database',
    usage: '/status',
    changes: false,
    role: 'viewer',
    args: z.strictObject({}),
    async run(_args, actor) {
      const now = await health();
      const { paused, killed } = await readSwitch(heart.database.db, actor.projectId);
      const fact = (label: string, value: string) => ({ label, value: visible(value) });
      return ok(
        plainCard({
          title: visible(killed ? 'Killed' : paused ? 'Paused' : 'Running'),
          status: MODE[now.mode],
          facts: [
            fact('Workers', now.workers === 0 ? 'none alive: approved work waits' : String(now.workers)),
            fact('Queue', queueWords(now.queue)),
            fact('Database', `PostgreSQL ${now.databaseVersion}`),
            fact('Model', modelLine(now.model)),
            fact('Surfaces', now.surfaces.map((surface) => `${surface.name} ${surface.ok ? 'works' : 'is down'}`).join(', ')),
            fact('Checked', now.checkedAt.toISOString().slice(11, 19).concat(' UTC')),
          ],
          notes: now.reason ? [visible(now.reason)] : [],
          actions: switchesFor(actor.role, { paused, killed }),
        }),
      );
    },
  });
