import type { DecisionInfo } from '../../../src/web/decision-schemas.ts';

export const KINDS = {
  approved: 'Approved',
  rejected: 'Rejected',
  autopilot: 'Autopilot',
  scheduled: 'Scheduled',
  retried: 'Retried',
  settled: 'Settled',
  withdrawn: 'Withdrawn',
} as const satisfies Record<DecisionInfo['kind'], string>;

export const OUTCOMES = {
  waiting: { label: 'Waits', tone: 'waiting' },
  running: { label: 'Runs', tone: 'working' },
  executed: { label: 'Done', tone: 'good' },
  undone: { label: 'Undone', tone: 'muted' },
  failed: { label: 'Failed', tone: 'bad' },
  unknown: { label: 'Unknown', tone: 'warning' },
  void: { label: 'Void', tone: 'muted' },
  none: { label: 'Nothing ran', tone: 'muted' },
} as const satisfies Record<DecisionInfo['outcome'], { label: string; tone: string }>;

/** Who gave it, or the rule that did and who signed that. */
export const byWhom = ({ by, rule, kind }: DecisionInfo): string => (kind === 'autopilot' ? `Rule ${rule}, signed by ${by}` : by);
