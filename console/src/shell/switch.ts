import { useMutation } from '@tanstack/react-query';
import type { SwitchAnswer } from '../../../src/web/schemas.ts';
import { post } from '../api/call.ts';
import { queryClient } from '../api/client.ts';
import { touch } from '../api/live.ts';
import { statusQuery } from '../api/queries.ts';
import { createStore } from '../ui/store.ts';

export type SwitchVerb = 'pause' | 'resume' | 'kill' | 'unkill';

/** Which of the switch dialogs is open, and with what answer. */
export const switchDialog = createStore<'pause' | 'kill' | null>(null);

export const useSwitch = () =>
  useMutation({
    mutationFn: ({ verb, reason }: { verb: SwitchVerb; reason?: string }) =>
      post<SwitchAnswer>(`/api/system/${verb}`, reason ? { reason } : {}),
    onSuccess: ({ paused, killed }) => {
      queryClient.setQueryData(statusQuery.queryKey, (status) => (status ? { ...status, paused, killed } : status));
      touch(['status'], ['approvals'], ['approval'], ['thread']);
    },
  });

const count = (many: number, one: string): string => `${many} ${one}${many === 1 ? '' : 's'}`;

/** What the answer proves, each as a line. */
export const provenBy = (answer: SwitchAnswer): { text: string; tone: 'good' | 'warning' | 'plain' }[] => {
  const lines: { text: string; tone: 'good' | 'warning' | 'plain' }[] = [];
  const { acknowledged, unacknowledged, alreadyDispatched, voided, held } = answer;
  if (acknowledged.length > 0)
    lines.push({ text: `${count(acknowledged.length, 'worker')} obeyed: ${acknowledged.join(', ')}.`, tone: 'good' });
  if (unacknowledged.length > 0) {
    lines.push({
      text: `${count(unacknowledged.length, 'worker')} did not say so in time: ${unacknowledged.join(', ')}. No new effect can start there all the same: starting one needs the switch.`,
      tone: 'warning',
    });
  }
  if (acknowledged.length + unacknowledged.length === 0) lines.push({ text: 'No worker was running.', tone: 'plain' });
  for (const { tool } of alreadyDispatched)
    lines.push({ text: `${tool} had left already and cannot be called back: its card will show what became of it.`, tone: 'warning' });
  if (answer.killed)
    lines.push({
      text: `${count(voided, 'approved action')} that had not started ${voided === 1 ? 'is' : 'are'} void now.`,
      tone: 'plain',
    });
  if (held > 0) lines.push({ text: `${count(held, 'job')} wait${held === 1 ? 's' : ''} until somebody resumes.`, tone: 'plain' });
  return lines;
};
