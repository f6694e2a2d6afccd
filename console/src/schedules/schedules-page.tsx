import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import type { Schedule } from '../../../src/web/schedule-shape.ts';
import type { Approval } from '../../../src/web/schemas.ts';
import { del, post } from '../api/call.ts';
import { touch } from '../api/live.ts';
import { sentenceOf } from '../api/problem.ts';
import { list } from '../api/queries.ts';
import { go, Link, pathTo } from '../router.tsx';
import { Page } from '../shell/page.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { fullTime } from '../ui/time.ts';
import { toast } from '../ui/toast.tsx';
import { Presets } from './presets.tsx';

const schedulesQuery = list<Schedule>(['schedules'], '/api/schedules');

const STATES = {
  active: { label: 'Active', tone: 'good' },
  paused: { label: 'Paused', tone: 'warning' },
  ended: { label: 'Ended', tone: 'muted' },
} as const;

/** By the clock of the schedule itself, whoever looks. */
const momentIn = (iso: string, timeZone: string): string =>
  new Intl.DateTimeFormat(undefined, {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(iso));

type Done = { go: string | null; said: string };
type Verb = 'pause' | 'resume' | 'run' | 'delete';

const act = async (verb: Verb, { id, name }: Schedule): Promise<Done> => {
  const path = `/api/schedules/${encodeURIComponent(id)}`;
  if (verb === 'delete') {
    const approval = await del<Approval>(path);
    return { go: pathTo.approval(approval.id), said: 'Proposed: it goes on until that is approved.' };
  }
  if (verb === 'run') {
    const { threadId, approval } = await post<{ threadId: string; approval: Approval | null }>(`${path}/run`);
    return { go: approval ? pathTo.approval(approval.id) : pathTo.thread(threadId), said: `“${name}” is run once more.` };
  }
  await post(`${path}/${verb}`);
  return { go: null, said: verb === 'pause' ? `“${name}” is paused.` : `“${name}” goes on.` };
};

const Actions = ({ schedule }: { schedule: Schedule }) => {
  const does = useMutation({
    mutationFn: (verb: Verb) => act(verb, schedule),
    onSuccess: (done) => {
      toast(done.said);
      if (done.go) go(done.go);
    },
    onError: (thrown) => toast(sentenceOf(thrown), 'bad'),
    onSettled: () => touch(['schedules']),
  });
  const hold = schedule.status === 'paused' ? 'resume' : 'pause';
  const busy = (verb: Verb): boolean => does.isPending && does.variables === verb;
  const about = `: ${schedule.name}`;
  return (
    <div className="flex flex-wrap gap-2">
      <Button size="sm" busy={busy(hold)} aria-label={`${hold === 'pause' ? 'Pause' : 'Resume'}${about}`} onClick={() => does.mutate(hold)}>
        {hold === 'pause' ? 'Pause' : 'Resume'}
      </Button>
      <Button size="sm" busy={busy('run')} aria-label={`Run now${about}`} onClick={() => does.mutate('run')}>
        Run now
      </Button>
      <Button size="sm" tone="danger" busy={busy('delete')} aria-label={`Delete${about}`} onClick={() => does.mutate('delete')}>
        Delete
      </Button>
    </div>
  );
};

const lastOf = ({ lastAt, result, timeZone }: Schedule): string => {
  if (!lastAt) return result ?? 'not yet';
  return `last ${momentIn(lastAt, timeZone)}${result === null ? '' : `: ${result}`}`;
};

/** What it does each time, in a few words. */
const whatOf = ({ kind, action, targetAgentKey }: Schedule): string => {
  if (kind === 'heartbeat') return `@${targetAgentKey} looks, reports and proposes`;
  if (action) return action.tool.replaceAll('_', ' ');
  return targetAgentKey === null ? 'reads its instructions and proposes' : `@${targetAgentKey} works on its instructions`;
};

const countsOf = ({ skipped, quiet }: Schedule): string[] => [
  ...(skipped > 0 ? [`${skipped.toLocaleString()} skipped`] : []),
  ...(quiet > 0 ? [`${quiet.toLocaleString()} times nothing new`] : []),
];

const When = ({ schedule }: { schedule: Schedule }) => {
  const { nextAt, timeZone, status } = schedule;
  return (
    <p className="told text-muted text-sm">
      {nextAt && status === 'active' ? (
        <time dateTime={nextAt} title={`${fullTime(nextAt)} by your clock`} className="font-medium text-ink">
          next {momentIn(nextAt, timeZone)}
        </time>
      ) : (
        'nothing next'
      )}{' '}
      ({timeZone.replaceAll('_', ' ')}) · {[lastOf(schedule), ...countsOf(schedule)].join(' · ')}
    </p>
  );
};

const Row = ({ schedule }: { schedule: Schedule }) => {
  const { label, tone } = STATES[schedule.status];
  const { kind, instructions, check } = schedule;
  return (
    <li className="grid gap-2 border-b px-4 py-3 last:border-0">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
        <div className="min-w-0 flex-1 basis-56">
          <Link href={pathTo.approval(schedule.last?.proposalId ?? schedule.proposalId)} className="told font-medium hover:underline">
            {schedule.name}
          </Link>
          <p className="told text-muted text-sm">
            {schedule.inWords} · {whatOf(schedule)}
          </p>
          {instructions === '' ? null : <p className="told line-clamp-2 text-sm">“{instructions}”</p>}
          {check.length > 0 ? <p className="told text-muted text-sm">when there is news of {check.join(', ')}</p> : null}
        </div>
        <div className="flex flex-wrap gap-1.5">
          {kind === 'heartbeat' ? <Badge tone="neutral">Heartbeat</Badge> : null}
          <Badge tone={tone}>{label}</Badge>
        </div>
      </div>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <When schedule={schedule} />
        <Actions schedule={schedule} />
      </div>
    </li>
  );
};

export const SchedulesPage = () => {
  const query = useInfiniteQuery(schedulesQuery);
  const schedules = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page
      title="Schedules"
      intro="What happens by itself. To add one, say so in a conversation: “remind the team every weekday at 9 to …”, or “have @analytics look at failed payments every hour”."
    >
      {query.isPending ? <Spinner className="size-5 text-muted" /> : null}
      {query.isError ? (
        <Notice tone="bad" role="alert">
          {sentenceOf(query.error)}
        </Notice>
      ) : null}
      {query.isSuccess && schedules.length === 0 ? <p className="text-muted">Nothing is scheduled.</p> : null}
      {schedules.length > 0 ? (
        <ul className="overflow-hidden rounded-xl border bg-panel shadow-lift">
          {schedules.map((schedule) => (
            <Row key={schedule.id} schedule={schedule} />
          ))}
        </ul>
      ) : null}
      {query.isSuccess ? <Presets schedules={schedules} /> : null}
      {query.hasNextPage ? (
        <Button className="mt-4" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      ) : null}
    </Page>
  );
};
