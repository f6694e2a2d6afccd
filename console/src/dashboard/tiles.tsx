import type { DashboardStats } from '../../../src/web/dashboard-schemas.ts';
import { compact, dollars, many, percent, whole } from '../ui/amount.ts';
import { Age } from '../ui/moment.tsx';
import { Parts, Tile, type TileTone } from './tile.tsx';

const Waiting = ({ approvals: { waiting, oldestAt, unsettled } }: DashboardStats) => (
  <Tile name="Waiting for approval" value={whole(waiting)} tone={waiting > 0 ? 'waiting' : 'plain'} href="/approvals">
    {oldestAt ? (
      <span>
        the oldest for <Age at={oldestAt} />
      </span>
    ) : (
      <span>Nothing waits</span>
    )}
    {unsettled > 0 ? <span className="font-medium text-warn">{unsettled} to settle</span> : null}
  </Tile>
);

const Queue = ({ queue: { depth, oldestSeconds } }: DashboardStats) => (
  <Tile name="Queue" value={whole(depth)} tone={oldestSeconds > 60 ? 'warning' : 'plain'}>
    {depth === 0 ? 'Empty' : `the oldest for ${Math.round(oldestSeconds)} s`}
  </Tile>
);

const Runs = ({ runsToday }: DashboardStats) => {
  const { success, failed, killed, skipped, running } = runsToday;
  const stopped = killed + skipped;
  const words = [`${success} succeeded`, `${failed} failed`];
  if (stopped > 0) words.push(`${stopped} stopped`);
  if (running > 0) words.push(`${running} running`);
  const said = words.join(' · ');
  return (
    <Tile name="Runs today" value={whole(success + failed + stopped + running)}>
      <Parts
        label={said}
        parts={[
          { name: 'succeeded', count: success, className: 'fill-good' },
          { name: 'failed', count: failed, className: 'fill-bad' },
          { name: 'stopped', count: stopped, className: 'fill-warn' },
          { name: 'running', count: running, className: 'fill-wait' },
        ]}
      />
      <span>{said}</span>
    </Tile>
  );
};

const Success = ({ runsToday: { success, failed, killed, skipped, successRate } }: DashboardStats) => (
  <Tile
    name="Success rate today"
    value={successRate === null ? '–' : percent(successRate)}
    tone={successRate !== null && successRate < 0.9 ? 'warning' : 'plain'}
  >
    {successRate === null ? 'Nothing has ended yet' : `of ${many(success + failed + killed + skipped, 'run')} that ended`}
  </Tile>
);

const toneOfSpend = (share: number): TileTone => (share >= 1 ? 'bad' : share >= 0.8 ? 'warning' : 'plain');

const Spend = ({ cost: { todayUsd, reservedUsd, dailyLimitUsd, last7dUsd, last30dUsd } }: DashboardStats) => {
  const share = dailyLimitUsd ? (todayUsd + reservedUsd) / dailyLimitUsd : 0;
  const fill = { plain: 'fill-accent', warning: 'fill-warn', bad: 'fill-bad', waiting: 'fill-wait' }[toneOfSpend(share)];
  return (
    <Tile name="Spent today" value={dollars(todayUsd)} tone={toneOfSpend(share)}>
      {dailyLimitUsd === null ? (
        <span>No daily limit</span>
      ) : (
        <>
          <Parts
            label={`${percent(share)} of the daily limit`}
            parts={[
              { name: 'spent', count: Math.min(share, 1), className: fill },
              { name: 'left', count: Math.max(0, 1 - share), className: 'fill-hover' },
            ]}
          />
          <span>
            {percent(share)} of {dollars(dailyLimitUsd)} a day
          </span>
        </>
      )}
      <span>
        {dollars(last7dUsd)} in 7 days · {dollars(last30dUsd)} in 30
      </span>
    </Tile>
  );
};

const Models = ({ modelsToday: { calls, failed, inputTokens, outputTokens, costUsd } }: DashboardStats) => (
  <Tile name="Model calls today" value={whole(calls)}>
    <span>{calls === 0 ? 'None' : `${compact(inputTokens + outputTokens)} tokens · ${dollars(costUsd)}`}</span>
    {failed > 0 ? <span className="text-warn">{failed} failed</span> : null}
  </Tile>
);

const Workers = ({ workers }: DashboardStats) => (
  <Tile name="Workers alive" value={whole(workers)} tone={workers === 0 ? 'bad' : 'plain'}>
    {workers === 0 ? 'Approved work waits until one is' : 'Approved work is carried out'}
  </Tile>
);

const Outbox = ({ outbox: { queued, approved, sent, rejected } }: DashboardStats) => (
  <Tile name="E-mails" value={whole(queued + approved)}>
    <span>{queued + approved === 0 ? 'Nothing in the outbox' : `${queued} waiting · ${approved} approved`}</span>
    <span>
      {whole(sent)} sent · {whole(rejected)} rejected
    </span>
  </Tile>
);

/** Every number is counted where it is recorded; days are of UTC, as limits are. */
export const Tiles = ({ stats }: { stats: DashboardStats }) => (
  <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
    <Waiting {...stats} />
    <Queue {...stats} />
    <Runs {...stats} />
    <Success {...stats} />
    <Spend {...stats} />
    <Models {...stats} />
    <Workers {...stats} />
    <Outbox {...stats} />
  </dl>
);
