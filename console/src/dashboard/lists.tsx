import { CheckCircledIcon, CrossCircledIcon, QuestionMarkCircledIcon } from '@radix-ui/react-icons';
import type { Connection, DashboardRun, DashboardStats } from '../../../src/web/dashboard-schemas.ts';
import { Link, pathTo } from '../router.tsx';
import { dollars, duration } from '../ui/amount.ts';
import { Badge } from '../ui/badge.tsx';
import { Age } from '../ui/moment.tsx';
import { Panel, PanelEmpty } from '../ui/panel.tsx';
import { clockTime, fullTime } from '../ui/time.ts';

const row = 'flex items-baseline gap-x-3 gap-y-0.5 border-t px-4 py-2.5 text-sm transition-colors';

export const WaitingList = ({ approvals }: { approvals: DashboardStats['approvals'] }) => (
  <Panel
    title="Waiting for approval"
    action={
      <Link href="/approvals" className="thumb inline-flex items-center text-accent text-sm underline-offset-3 hover:underline">
        All of them
      </Link>
    }
  >
    {approvals.items.length === 0 ? <PanelEmpty>Nothing waits for a decision.</PanelEmpty> : null}
    <ul>
      {approvals.items.map((one) => (
        <li key={one.id}>
          <Link href={pathTo.approval(one.id)} className={`${row} hover:bg-hover`}>
            <span className="told min-w-0 flex-1">
              <span className="font-medium">{one.title}</span> <span className="text-muted">{one.target}</span>
              <span className="block text-muted text-xs">asked for by {one.proposedBy}</span>
            </span>
            <span className="shrink-0 text-muted text-xs">
              <Age at={one.proposedAt} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  </Panel>
);

const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

export const NextUp = ({ next }: { next: DashboardStats['next'] }) => (
  <Panel
    title="Scheduled next"
    action={
      <Link href="/schedules" className="thumb inline-flex items-center text-accent text-sm underline-offset-3 hover:underline">
        All of them
      </Link>
    }
  >
    {next.length === 0 ? <PanelEmpty>Nothing is scheduled.</PanelEmpty> : null}
    <ul>
      {next.map((one) => (
        <li key={one.id}>
          <Link href={pathTo.approval(one.proposalId)} className={`${row} hover:bg-hover`}>
            <span className="told min-w-0 flex-1">
              <span className="font-medium">{one.name}</span>
              <span className="block text-muted text-xs">{one.title ?? 'Reads its instructions and proposes'}</span>
            </span>
            <time dateTime={one.nextAt} title={`${fullTime(one.nextAt)} (set in ${one.timeZone})`} className="shrink-0 text-muted text-xs">
              {day.format(new Date(one.nextAt))}
            </time>
          </Link>
        </li>
      ))}
    </ul>
  </Panel>
);

const HEALTH = {
  ok: { Icon: CheckCircledIcon, tone: 'text-good', word: 'Well' },
  down: { Icon: CrossCircledIcon, tone: 'text-bad', word: 'Down' },
  unknown: { Icon: QuestionMarkCircledIcon, tone: 'text-warn', word: 'Unknown' },
} as const;

const NAMES: Record<string, string> = {
  database: 'Database',
  queue: 'Queue',
  workers: 'Workers',
  room: 'Room',
  model: 'Model',
  smtp: 'E-mail',
  slack: 'Slack',
  discord: 'Discord',
};

const lastGood = ({ state, okAt, latencyMs }: Connection): string => {
  if (state === 'ok') return latencyMs === null ? '' : `${latencyMs} ms`;
  return okAt ? `last well ${clockTime(okAt)}` : 'never well';
};

const ConnectionRow = ({ connection }: { connection: Connection }) => {
  const { Icon, tone, word } = HEALTH[connection.state];
  return (
    <li className="flex items-start gap-2.5 border-t px-4 py-2 text-sm" data-connection={connection.name} data-state={connection.state}>
      <Icon className={`mt-1 shrink-0 ${tone}`} aria-hidden="true" />
      <span className="told min-w-0 flex-1">
        <span className="font-medium">{NAMES[connection.name] ?? connection.name}</span>
        <span className="sr-only">: {word}.</span>
        <span className="block text-muted text-xs">
          {connection.state === 'unknown' ? 'Not looked at lately: nobody knows.' : connection.detail}
        </span>
      </span>
      <span className="shrink-0 text-muted text-xs" {...(connection.okAt ? { title: `Last well ${fullTime(connection.okAt)}` } : {})}>
        {lastGood(connection)}
      </span>
    </li>
  );
};

export const Connections = ({ connections }: { connections: readonly Connection[] }) => (
  <Panel title="Connections">
    <ul className="pb-1.5">
      {connections.map((connection) => (
        <ConnectionRow key={connection.name} connection={connection} />
      ))}
    </ul>
  </Panel>
);

const RESULTS = {
  success: { label: 'Succeeded', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
  killed: { label: 'Killed', tone: 'warning' },
  skipped: { label: 'Skipped', tone: 'warning' },
  running: { label: 'Running', tone: 'working' },
} as const;

const resultOf = ({ status, result }: DashboardRun) =>
  status === 'unknown' ? ({ label: 'Settle it', tone: 'warning' } as const) : RESULTS[result ?? 'running'];

const RunRow = ({ run }: { run: DashboardRun }) => {
  const { label, tone } = resultOf(run);
  return (
    <tr className="relative border-t transition-colors focus-within:bg-hover hover:bg-hover">
      <td className="told w-full py-2.5 pr-3 pl-4">
        <Link href={pathTo.approval(run.proposalId)} className="font-medium after:absolute after:inset-0">
          {run.title}
        </Link>{' '}
        <span className="text-muted">{run.target}</span>
        <span className="block text-muted text-xs sm:hidden">
          <Age at={run.startedAt} suffix=" ago" />
          {run.milliseconds === null ? '' : ` · ${duration(run.milliseconds)}`}
          {run.costUsd > 0 ? ` · ${dollars(run.costUsd)}` : ''}
        </span>
      </td>
      <td className="py-2.5 pr-3 align-top">
        <Badge tone={tone}>{label}</Badge>
      </td>
      <td className="whitespace-nowrap py-2.5 pr-3 text-right text-muted tabular-nums max-sm:hidden">
        {run.milliseconds === null ? '–' : duration(run.milliseconds)}
      </td>
      <td className="whitespace-nowrap py-2.5 pr-3 text-right text-muted tabular-nums max-sm:hidden">{dollars(run.costUsd)}</td>
      <td className="whitespace-nowrap py-2.5 pr-4 text-right text-muted text-xs max-sm:hidden">
        <Age at={run.startedAt} suffix=" ago" />
      </td>
    </tr>
  );
};

const HEAD = 'px-0 pr-3 pb-1.5 font-medium text-muted text-xs';

export const RecentRuns = ({ runs }: { runs: readonly DashboardRun[] }) => (
  <Panel title="Recent runs">
    {runs.length === 0 ? (
      <PanelEmpty>Nothing has run yet. What is approved appears here as it runs.</PanelEmpty>
    ) : (
      <table className="w-full text-left text-sm">
        <thead>
          <tr>
            <th className={`${HEAD} pl-4`}>What</th>
            <th className={HEAD}>Result</th>
            <th className={`${HEAD} text-right max-sm:hidden`}>Took</th>
            <th className={`${HEAD} text-right max-sm:hidden`}>Cost</th>
            <th className={`${HEAD} pr-4 text-right max-sm:hidden`}>Began</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </tbody>
      </table>
    )}
  </Panel>
);
