import { useInfiniteQuery } from '@tanstack/react-query';
import type { AgentRun } from '../../../src/web/agent-run-schemas.ts';
import { sentenceOf } from '../api/problem.ts';
import { Link, pathTo } from '../router.tsx';
import { dollars, duration, many } from '../ui/amount.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Age } from '../ui/moment.tsx';
import { Notice } from '../ui/notice.tsx';
import { Panel, PanelEmpty } from '../ui/panel.tsx';
import { runsQuery } from './queries.ts';
import { millisecondsOf, RUN_STATE } from './run-state.ts';

const Row = ({ run }: { run: AgentRun }) => {
  const { label, tone } = RUN_STATE[run.state];
  const took = millisecondsOf(run);
  return (
    <li className="border-t">
      <Link href={pathTo.run(run.id)} className="thumb grid gap-1 px-4 py-2.5 transition-colors hover:bg-hover">
        <span className="flex items-start justify-between gap-3">
          <span className="told line-clamp-2 min-w-0 flex-1 font-medium text-sm">{run.goal}</span>
          <Badge tone={tone}>{label}</Badge>
        </span>
        <span className="text-muted text-xs tabular-nums">
          <Age at={run.createdAt} suffix=" ago" /> · {many(run.steps, 'step')} · {dollars(run.costUsd)}
          {took === null ? null : ` · took ${duration(took)}`}
        </span>
        {run.state === 'failed' && run.problem ? <span className="told text-bad text-xs">{run.problem}</span> : null}
      </Link>
    </li>
  );
};

/** What an agent worked on, the newest first. */
export const RunsPanel = ({ agentKey }: { agentKey: string }) => {
  const query = useInfiniteQuery(runsQuery(agentKey));
  const runs = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel title="Runs">
      {query.error && !query.data ? (
        <Notice tone="bad" role="alert" className="m-4">
          {sentenceOf(query.error)}
        </Notice>
      ) : null}
      {query.isSuccess && runs.length === 0 ? (
        <PanelEmpty>It has worked on nothing so far. Write to it, or give it a heartbeat.</PanelEmpty>
      ) : null}
      <ul>
        {runs.map((run) => (
          <Row key={run.id} run={run} />
        ))}
      </ul>
      {query.hasNextPage ? (
        <Button
          tone="ghost"
          size="sm"
          className="m-2 self-start"
          busy={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          Older runs
        </Button>
      ) : null}
    </Panel>
  );
};
