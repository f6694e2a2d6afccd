import { useMutation, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { TaskDetail } from '../../../src/web/task-schemas.ts';
import { post } from '../api/call.ts';
import { touch } from '../api/live.ts';
import { sentenceOf } from '../api/problem.ts';
import { taskQuery } from '../api/queries.ts';
import { Link, pathTo } from '../router.tsx';
import { Page } from '../shell/page.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Field, Textarea } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { TaskMoves } from './task-moves.tsx';
import { TASK_STATUS } from './task-status.ts';
import { Timeline } from './timeline.tsx';

const CommentForm = ({ taskId }: { taskId: string }) => {
  const id = useId();
  const [text, setText] = useState('');
  const add = useMutation({
    mutationFn: (comment: string) => post(`/api/tasks/${encodeURIComponent(taskId)}/events`, { text: comment }),
    onSuccess: () => {
      setText('');
      touch(['task', taskId]);
    },
  });
  return (
    <form
      className="mt-6 grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '' && !add.isPending) add.mutate(text.trim());
      }}
    >
      {add.error ? (
        <Notice tone="bad" role="alert">
          {sentenceOf(add.error)}
        </Notice>
      ) : null}
      <Field id={id} label="Add a comment">
        <Textarea id={id} rows={2} value={text} aria-describedby={`${id}-note`} onChange={(event) => setText(event.target.value)} />
      </Field>
      <Button type="submit" className="justify-self-start" busy={add.isPending} barred={text.trim() === ''}>
        Comment
      </Button>
    </form>
  );
};

const Facts = ({ task }: { task: TaskDetail }) => {
  const { label, tone } = TASK_STATUS[task.status];
  return (
    <div className="grid gap-4 rounded-xl border bg-panel p-4 shadow-lift">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-muted text-sm">
        <Badge tone={tone}>{label}</Badge>
        <span>Priority {task.priority}</span>
        {task.dueOn ? <span>Due {task.dueOn}</span> : null}
        {task.assignee ? <span className="told">Assigned to {task.assignee.name}</span> : null}
        {task.assigneeAgentKey ? <span className="told">Assigned to @{task.assigneeAgentKey}</span> : null}
        {task.proposalId ? (
          <Link href={pathTo.approval(task.proposalId)} className="thumb inline-flex items-center text-accent underline underline-offset-3">
            The card it came from
          </Link>
        ) : null}
      </div>
      {task.description ? <p className="told whitespace-pre-wrap">{task.description}</p> : null}
      <TaskMoves task={task} />
    </div>
  );
};

export const TaskPage = ({ id }: { id: string }) => {
  const { data: task, error, isPending } = useQuery(taskQuery(id));
  return (
    <Page
      title={task?.title ?? 'Task'}
      intro={
        <Link href="/tasks" className="underline underline-offset-3 hover:text-ink">
          All tasks
        </Link>
      }
    >
      {isPending ? <Spinner className="size-5 text-muted" /> : null}
      {error && !task ? (
        <Notice tone="bad" role="alert">
          {sentenceOf(error)}
        </Notice>
      ) : null}
      {task ? (
        <>
          <Facts task={task} />
          <Timeline taskId={id} />
          <CommentForm taskId={id} />
        </>
      ) : null}
    </Page>
  );
};
