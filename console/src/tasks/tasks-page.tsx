import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Task } from '../../../src/web/task-schemas.ts';
import { sentenceOf } from '../api/problem.ts';
import { agentsQuery, tasksQuery } from '../api/queries.ts';
import { Link, pathTo } from '../router.tsx';
import { Page } from '../shell/page.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Select } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { TASK_STATUS } from './task-status.ts';

const Row = ({ task }: { task: Task }) => {
  const { label, tone } = TASK_STATUS[task.status];
  return (
    <li className="border-b last:border-0">
      <Link
        href={pathTo.task(task.id)}
        className="thumb flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 transition-colors hover:bg-hover"
      >
        <span className="told min-w-0 flex-1 basis-56 font-medium">{task.title}</span>
        <span className="flex items-center gap-3 text-muted text-sm">
          {task.dueOn ? <span>due {task.dueOn}</span> : null}
          <span>priority {task.priority}</span>
          {task.assignee ? <span className="told">{task.assignee.name}</span> : null}
          {task.assigneeAgentKey ? <span className="told">@{task.assigneeAgentKey}</span> : null}
          <Badge tone={tone}>{label}</Badge>
        </span>
      </Link>
    </li>
  );
};

const Filter = ({ value, onChange }: { value: string; onChange: (value: string) => void }) => (
  <Select aria-label="Show tasks that are" className="w-auto" value={value} onChange={(event) => onChange(event.target.value)}>
    <option value="">All tasks</option>
    {Object.entries(TASK_STATUS).map(([status, { label }]) => (
      <option key={status} value={status}>
        {label}
      </option>
    ))}
  </Select>
);

const Whose = ({ value, onChange }: { value: string; onChange: (value: string) => void }) => {
  const agents = useQuery(agentsQuery).data?.items ?? [];
  return (
    <Select aria-label="Show the tasks of" className="w-auto" value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">Everybody</option>
      <option value="me">Me</option>
      {agents.map(({ key, name }) => (
        <option key={key} value={key}>
          {name}
        </option>
      ))}
    </Select>
  );
};

export const TasksPage = () => {
  const [status, setStatus] = useState('');
  const [assignee, setAssignee] = useState('');
  const query = useInfiniteQuery(tasksQuery(status, assignee));
  const tasks = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page
      title="Tasks"
      intro="To add one, say so in a conversation: “create a task …”."
      action={
        <div className="flex flex-wrap gap-2">
          <Whose value={assignee} onChange={setAssignee} />
          <Filter value={status} onChange={setStatus} />
        </div>
      }
    >
      {query.isPending ? <Spinner className="size-5 text-muted" /> : null}
      {query.isError ? (
        <Notice tone="bad" role="alert">
          {sentenceOf(query.error)}
        </Notice>
      ) : null}
      {query.isSuccess && tasks.length === 0 ? <p className="text-muted">No tasks here.</p> : null}
      {tasks.length > 0 ? (
        <ul className="overflow-hidden rounded-xl border bg-panel shadow-lift">
          {tasks.map((task) => (
            <Row key={task.id} task={task} />
          ))}
        </ul>
      ) : null}
      {query.hasNextPage ? (
        <Button className="mt-4" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      ) : null}
    </Page>
  );
};
