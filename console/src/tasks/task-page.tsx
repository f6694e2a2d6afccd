import { useMutation, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { TaskDetail } from '../../../src/web/schemas.ts';
import { post } from '../api/call.ts';
import { touch } from '../api/live.ts';
import { sentenceOf } from '../api/problem.ts';
import { taskQuery } from '../api/queries.ts';
import { Link, pathTo } from '../router.tsx';
import { Page } from '../shell/page.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Field, Textarea } from '../ui/field.tsx';
import { Age } from '../ui/moment.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { TASK_STATUS } from './task-status.ts';

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
        {task.assigneeAgentKey ? <span className="told">Assigned to {task.assigneeAgentKey}</span> : null}
        {task.proposalId ? (
          <Link href={pathTo.approval(task.proposalId)} className="thumb inline-flex items-center text-accent underline underline-offset-3">
            The card it came from
          </Link>
        ) : null}
      </div>
      {task.description ? <p className="told whitespace-pre-wrap">{task.description}</p> : null}
    </div>
  );
};

/** What an event without a text of its own is called: `task.created` is "created". */
const sayKind = (kind: string): string => kind.slice(kind.lastIndexOf('.') + 1).replaceAll('_', ' ');

const Timeline = ({ events }: { events: TaskDetail['timeline'] }) => (
  <ol className="relative grid gap-4 border-l pl-5">
    {events.map((event) => (
      <li
        key={event.id}
        className="relative before:absolute before:top-1.5 before:-left-[1.6rem] before:size-2.5 before:rounded-full before:border-2 before:border-edge before:bg-bg"
      >
        <p className="text-muted text-sm">
          <span className="told font-medium text-ink">{event.by}</span> · {event.kind.replaceAll('_', ' ')} ·{' '}
          <Age at={event.at} suffix=" ago" />
        </p>
        <p className="told mt-0.5 whitespace-pre-wrap">{event.text || sayKind(event.kind)}</p>
      </li>
    ))}
  </ol>
);

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
          <h2 className="mt-8 mb-3 font-semibold">What happened</h2>
          <Timeline events={task.timeline} />
          <CommentForm taskId={id} />
        </>
      ) : null}
    </Page>
  );
};
