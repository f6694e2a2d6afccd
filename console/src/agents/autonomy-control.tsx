import { useMutation } from '@tanstack/react-query';
import type { AgentDetail } from '../../../src/web/agent-schemas.ts';
import { post } from '../api/call.ts';
import { sentenceOf } from '../api/problem.ts';
import { go, pathTo } from '../router.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { toast } from '../ui/toast.tsx';
import { AUTONOMY, type AutonomyLevel } from './agent-status.ts';

const LEVELS = (['manual', 'copilot', 'autopilot'] as const).map((value) => ({ value, label: AUTONOMY[value].label }));

/** How far an agent goes, in three steps. Lowering is at once; raising is a card. Both are said in its conversation, where what came of it stands. */
export const AutonomyControl = ({ agent }: { agent: AgentDetail }) => {
  const set = useMutation({
    mutationFn: (level: AutonomyLevel) => post<{ threadId: string }>('/api/room/messages', { text: `/autonomy ${agent.key} ${level}` }),
    onSuccess: ({ threadId }) => go(pathTo.thread(threadId)),
    onError: (thrown) => toast(sentenceOf(thrown), 'bad'),
  });
  const { level, why } = agent.autonomy;
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-3">
        <Segmented
          label={`How far ${agent.name} goes`}
          value={level}
          choices={LEVELS}
          onChange={(next) => (set.isPending || next === level ? undefined : set.mutate(next))}
        />
        {set.isPending ? <Spinner className="size-4 text-muted" /> : null}
      </div>
      <p className="text-sm">{AUTONOMY[level].means}</p>
      <p className="told text-muted text-sm">{why}.</p>
    </div>
  );
};
