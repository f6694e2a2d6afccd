import { useQuery } from '@tanstack/react-query';
import { sentenceOf } from '../api/problem.ts';
import { Page } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { Chart } from './chart.tsx';
import { Connections, NextUp, RecentRuns, WaitingList } from './lists.tsx';
import { statsQuery } from './queries.ts';
import { Tiles } from './tiles.tsx';

/** How things stand, all of it live: what is shown was read after the last thing that happened. */
export const DashboardPage = () => {
  const query = useQuery(statsQuery);
  const stats = query.data;
  return (
    <Page title="Dashboard" intro="How things stand now. Days are counted by UTC, as limits are." wide>
      {query.isPending ? <Spinner className="size-5 text-muted" /> : null}
      {query.error && !stats ? (
        <Notice tone="bad" role="alert">
          <p>{sentenceOf(query.error)}</p>
          <Button size="sm" className="mt-2" busy={query.isFetching} onClick={() => void query.refetch()}>
            Try again
          </Button>
        </Notice>
      ) : null}
      {stats ? (
        <div className="grid grid-cols-1 gap-4">
          <Tiles stats={stats} />
          <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
            <div className="grid grid-cols-1 gap-4">
              <Chart />
              <RecentRuns runs={stats.recentRuns} />
            </div>
            <div className="grid grid-cols-1 gap-4">
              <WaitingList approvals={stats.approvals} />
              <NextUp next={stats.next} />
              <Connections connections={stats.connections} />
            </div>
          </div>
        </div>
      ) : null}
    </Page>
  );
};
