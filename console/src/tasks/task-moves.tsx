import { useMutation } from '@tanstack/react-query';
import type { TaskDetail, TaskMoved } from '../../../src/web/task-schemas.ts';
import { post } from '../api/call.ts';
import { touch } from '../api/live.ts';
import { sentenceOf } from '../api/problem.ts';
import { go, pathTo } from '../router.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';

type Move = 'start' | 'complete' | 'reopen';

const MOVES: Record<TaskDetail['status'], readonly { move: Move; label: string }[]> = {
  open: [
    { move: 'start', label: 'Start' },
    { move: 'complete', label: 'Complete' },
  ],
  in_progress: [{ move: 'complete', label: 'Complete' }],
  completed: [{ move: 'reopen', label: 'Reopen' }],
  cancelled: [{ move: 'reopen', label: 'Reopen' }],
};

/** What can be done with the task: at once where it is one's own; else its card opens, to be approved. */
export const TaskMoves = ({ task }: { task: TaskDetail }) => {
  const act = useMutation({
    mutationFn: (move: Move) => post<TaskMoved>(`/api/tasks/${encodeURIComponent(task.id)}/move`, { move }),
    onSuccess: ({ approval }) => {
      if (approval) go(pathTo.approval(approval.id));
    },
    onSettled: () => touch(['task', task.id], ['tasks'], ['approvals']),
  });
  return (
    <>
      <div className="flex flex-wrap gap-2">
        {MOVES[task.status].map(({ move, label }) => (
          <Button key={move} size="sm" busy={act.isPending && act.variables === move} onClick={() => act.mutate(move)}>
            {label}
          </Button>
        ))}
      </div>
      {act.error ? (
        <Notice tone="bad" role="alert">
          {sentenceOf(act.error)}
        </Notice>
      ) : null}
    </>
  );
};
