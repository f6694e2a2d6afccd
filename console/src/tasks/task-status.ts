import type { Task } from '../../../src/web/task-schemas.ts';

export const TASK_STATUS: Record<Task['status'], { label: string; tone: 'neutral' | 'waiting' | 'good' | 'muted' }> = {
  open: { label: 'Open', tone: 'neutral' },
  in_progress: { label: 'In progress', tone: 'waiting' },
  completed: { label: 'Completed', tone: 'good' },
  cancelled: { label: 'Cancelled', tone: 'muted' },
};
