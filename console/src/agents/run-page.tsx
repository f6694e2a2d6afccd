import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { AgentRunTrace } from '../../../src/web/agent-run-schemas.ts';
import { sentenceOf } from '../api/problem.ts';
import { Link, pathTo } from '../router.tsx';
import { Page } from '../shell/page.tsx';
import { compact, dollars, duration, many, percent } from '../ui/amount.ts';
import { Badge } from '../ui/badge.tsx';
import { Age } from '../ui/moment.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { runQuery } from './queries.ts';
import { isOpen, millisecondsOf, RUN_STATE, TRIGGER } from './run-state.ts';
import { SayToRun } from './say-to-run.tsx';
import { Trace } from './trace.tsx';

const To = ({ href, children }: { href: string; children: ReactNode }) => (
  <Link href={href} className="thumb inline-flex items-center text-accent underline underline-offset-3">
    {children}
  </Link>
);

const figuresOf = (run: AgentRunTrace): string => {
  const took = millisecondsOf(run);
  return [
    many(run.steps, 'step'),
    `${compact(run.inputTokens)} tokens in, ${compact(run.outputTokens)} out`,
    dollars(run.costUsd),
    ...(took === null ? [] : [`took ${duration(took)}`]),
    `priority ${run.priority}`,
  ].join(' · ');
};

const Facts = ({ run }: { run: AgentRunTrace }) => {
  const { label, tone } = RUN_STATE[run.state];
  return (
    <div className="mb-8 grid gap-3 rounded-xl border bg-panel p-4 shadow-lift">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <Badge tone={tone}>{label}</Badge>
        <span className="text-muted">
          Begun by {TRIGGER[run.trigger]}
          {run.orderedBy ? ` of ${run.orderedBy}` : ''}, <Age at={run.createdAt} suffix=" ago" />
        </span>
      </div>
      <p className="text-muted text-sm tabular-nums">{figuresOf(run)}</p>
      {run.outcome ? (
        <p className="told whitespace-pre-wrap">
          {run.outcome}
          {run.confidence === null ? null : <span className="text-muted"> (it says it is {percent(run.confidence)} sure)</span>}
        </p>
      ) : null}
      {run.problem ? <Notice tone={run.state === 'failed' ? 'bad' : 'info'}>{run.problem}</Notice> : null}
      <div className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
        <To href={pathTo.thread(run.threadId)}>Its conversation</To>
        {run.taskId ? <To href={pathTo.task(run.taskId)}>Its task</To> : null}
        {run.parentId ? <To href={pathTo.run(run.parentId)}>The run that handed it over</To> : null}
      </div>
    </div>
  );
};

/** One piece of work of an agent, with its trace. */
export const RunPage = ({ id }: { id: string }) => {
  const { data: run, error, isPending } = useQuery(runQuery(id));
  return (
    <Page
      title={run?.goal ?? 'Run'}
      intro={
        run ? (
          <Link href={pathTo.agent(run.agent)} className="underline underline-offset-3 hover:text-ink">
            A run of @{run.agent}
          </Link>
        ) : null
      }
    >
      {isPending ? <Spinner className="size-5 text-muted" /> : null}
      {error && !run ? (
        <Notice tone="bad" role="alert">
          {sentenceOf(error)}
        </Notice>
      ) : null}
      {run ? (
        <>
          <Facts run={run} />
          <h2 className="mb-3 font-semibold">What it did</h2>
          {run.trace.length === 0 ? <p className="text-muted">Nothing so far.</p> : <Trace steps={run.trace} />}
          {isOpen(run.state) ? <SayToRun run={run} /> : null}
        </>
      ) : null}
    </Page>
  );
};
