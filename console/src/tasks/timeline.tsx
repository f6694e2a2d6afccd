import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { TaskEvent } from '../../../src/web/task-schemas.ts';
import { sentenceOf } from '../api/problem.ts';
import { timelineQuery } from '../api/queries.ts';
import { Link, pathTo } from '../router.tsx';
import { Button } from '../ui/button.tsx';
import { Select } from '../ui/field.tsx';
import { Age } from '../ui/moment.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';

const TYPES: Record<TaskEvent['type'], string> = {
  comment: 'Comments',
  status: 'Status changes',
  update: 'Updates',
  output: 'Outputs',
  approval: 'Approvals',
};

const LINK = 'thumb inline-flex items-center text-accent underline underline-offset-3';

/** Only a plain web address is a link; anything else is shown as it is written. */
const isAddress = (url: string): boolean => /^https?:\/\//.test(url);

const Output = ({ output }: { output: NonNullable<TaskEvent['output']> }) => {
  if (output.type === 'file') return <p className="told font-mono text-sm">{output.path}</p>;
  if (output.type === 'link')
    return isAddress(output.url) ? (
      <a href={output.url} target="_blank" rel="noreferrer noopener" className={`${LINK} told`}>
        {output.url}
      </a>
    ) : (
      <p className="told">{output.url}</p>
    );
  return null;
};

const Entry = ({ event }: { event: TaskEvent }) => (
  <li className="relative before:absolute before:top-1.5 before:-left-[1.6rem] before:size-2.5 before:rounded-full before:border-2 before:border-edge before:bg-bg">
    <p className="text-muted text-sm">
      <span className="told font-medium text-ink">{event.by}</span> · {event.type} · <Age at={event.at} suffix=" ago" />
    </p>
    <p className="told mt-0.5 whitespace-pre-wrap">{event.text}</p>
    {event.output ? <Output output={event.output} /> : null}
    {event.proposalId ? (
      <Link href={pathTo.approval(event.proposalId)} className={`${LINK} text-sm`}>
        The request
      </Link>
    ) : null}
  </li>
);

/** What happened to a task, oldest first, whole or cut down to one type. */
export const Timeline = ({ taskId }: { taskId: string }) => {
  const [type, setType] = useState('');
  const query = useInfiniteQuery(timelineQuery(taskId, type));
  const events = (query.data?.pages ?? []).toReversed().flatMap((page) => page.items);
  return (
    <>
      <div className="mt-8 mb-3 flex flex-wrap items-center justify-between gap-2">
        <h2 className="font-semibold">What happened</h2>
        <Select aria-label="Show of the timeline" className="w-auto" value={type} onChange={(event) => setType(event.target.value)}>
          <option value="">Everything</option>
          {Object.entries(TYPES).map(([key, label]) => (
            <option key={key} value={key}>
              {label}
            </option>
          ))}
        </Select>
      </div>
      {query.isPending ? <Spinner className="size-5 text-muted" /> : null}
      {query.isError ? (
        <Notice tone="bad" role="alert">
          {sentenceOf(query.error)}
        </Notice>
      ) : null}
      {query.hasNextPage ? (
        <Button size="sm" className="mb-3" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show what was before
        </Button>
      ) : null}
      {query.isSuccess && events.length === 0 ? <p className="text-muted">Nothing of that kind yet.</p> : null}
      <ol className="relative grid gap-4 border-l pl-5">
        {events.map((event) => (
          <Entry key={event.id} event={event} />
        ))}
      </ol>
    </>
  );
};
