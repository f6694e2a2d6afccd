import type { REPORTS } from './post-figures.ts';

/** A schedule that ships, ready to be proposed. It counts and posts; no model has a part in it. */
export type Preset = { key: string; name: string; summary: string; scheduleExpr: string; report: keyof typeof REPORTS };

export const PRESETS: readonly Preset[] = [
  {
    key: 'daily-figures',
    name: 'Daily figures',
    summary: 'What was done and what it cost in the last 24 hours, in the team room at 18:00',
    scheduleExpr: '0 18 * * *',
    report: 'day',
  },
  {
    key: 'weekly-figures',
    name: 'Weekly figures',
    summary: 'The same of the last seven days, on Fridays at 17:00',
    scheduleExpr: '0 17 * * 5',
    report: 'week',
  },
  {
    key: 'waiting',
    name: 'What waits',
    summary: 'How much waits for a decision and for how long, every weekday at 09:00',
    scheduleExpr: '0 9 * * 1-5',
    report: 'waiting',
  },
  {
    key: 'spending',
    name: 'Spending by agent',
    summary: 'What the models of each agent took in a week, on Mondays at 09:00',
    scheduleExpr: '0 9 * * 1',
    report: 'spending',
  },
];

export const presetAction = ({ report }: Preset): { tool: string; input: Record<string, unknown> } => ({
  tool: 'post_figures',
  input: { report },
});

/** What `schedule_job` is proposed with for it. */
export const presetInput = (preset: Preset): Record<string, unknown> => ({
  name: preset.name,
  schedule_expr: preset.scheduleExpr,
  action: presetAction(preset),
});
