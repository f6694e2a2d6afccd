import { z } from 'zod';
import { type Card, type CardAction, plainCard } from '../../dispatch/card.ts';
import { defineCommand } from '../../dispatch/command.ts';
import { propose } from '../../dispatch/propose.ts';
import { visible } from '../../dispatch/visible.ts';
import { ok } from '../../result.ts';
import { PRESETS, type Preset, presetInput } from '../../tools/schedule-presets.ts';
import type { CommandDeps } from './deps.ts';

/** What proposes a schedule that ships. */
export const presetButton = ({ key, name }: Preset): CardAction => ({
  verb: 'say',
  label: name,
  text: `/add-schedule ${key}`,
  tone: 'plain',
});

const listOfPresets = (): Card =>
  plainCard({
    title: visible('Schedules that ship'),
    table: {
      columns: ['Name', 'What it does'],
      rows: PRESETS.map(({ key, summary }) => ({ cells: [visible(key), visible(summary)] })),
      empty: '',
    },
    notes: [visible('They count and post, and no model has a part in them. Each begins when its card is approved.')],
    actions: PRESETS.map(presetButton),
  });

export const addSchedule = ({ heart }: CommandDeps) =>
  defineCommand({
    name: 'add-schedule',
    summary: 'Propose one of the schedules that ship, such as the daily figures; alone, list them',
    usage: '/add-schedule [name]',
    changes: true,
    role: 'operator',
    args: z.strictObject({ name: z.string().max(60).optional() }),
    rest: 'name',
    async run({ name = '' }, actor, { threadId }) {
      const wanted = name.trim().toLowerCase();
      const preset = PRESETS.find(({ key }) => key === wanted);
      if (!preset) return ok(listOfPresets());
      const proposed = await propose(heart, actor, { threadId, tool: 'schedule_job', input: presetInput(preset) });
      if (!proposed.ok) return proposed;
      const { proposalId } = proposed.value;
      const rows = [{ cells: [visible(preset.name), visible('waits for approval')], proposalId }];
      return ok(plainCard({ title: visible('Proposed'), table: { columns: ['Schedule', 'State'], rows, empty: '' } }));
    },
  });
