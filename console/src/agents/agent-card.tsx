import type { ReactNode } from 'react';
import type { AgentRow } from '../../../src/web/agent-schemas.ts';
import { Link, pathTo } from '../router.tsx';
import { dollars, many, percent } from '../ui/amount.ts';
import { Avatar } from '../ui/avatar.tsx';
import { AUTONOMY, microsToUsd } from './agent-status.ts';
import { StatusBadge } from './status-badge.tsx';

const Figure = ({ label, children }: { label: string; children: ReactNode }) => (
  <div className="min-w-0">
    <dt className="text-muted text-xs">{label}</dt>
    <dd className="font-medium text-sm tabular-nums">{children}</dd>
  </div>
);

const waitsOf = ({ waitingCards, queued, queuedRuns }: AgentRow): string =>
  [
    ...(waitingCards > 0 ? [many(waitingCards, 'card')] : []),
    ...(queued > 0 ? [many(queued, 'message')] : []),
    ...(queuedRuns > 0 ? [many(queuedRuns, 'run')] : []),
  ].join(', ');

/** What it is at, why it stands as it does, or else what it is for. */
const Now = ({ agent }: { agent: AgentRow }) => {
  if (agent.now)
    return (
      <p className="told line-clamp-2 text-sm">
        <span className="text-muted">{agent.now.state === 'parked' ? 'Waits for people: ' : 'Now: '}</span>
        {agent.now.goal}
      </p>
    );
  if (agent.status === 'error' && agent.why) return <p className="told line-clamp-2 text-bad text-sm">{agent.why}</p>;
  return <p className="told line-clamp-2 text-muted text-sm">{agent.summary}</p>;
};

/** One agent at a glance; all of it leads to its page. */
export const AgentCard = ({ agent }: { agent: AgentRow }) => (
  <li className="relative flex min-w-0 flex-col gap-3 rounded-xl border bg-panel p-4 shadow-lift transition-colors focus-within:border-edge hover:border-edge">
    <div className="flex items-start gap-3">
      <Avatar name={agent.name} className="size-9" />
      <div className="min-w-0 flex-1">
        <h3 className="told truncate font-semibold leading-snug">
          <Link href={pathTo.agent(agent.key)} className="rounded-xl after:absolute after:inset-0 after:rounded-xl">
            {agent.name}
          </Link>
        </h3>
        <p className="told truncate text-muted text-xs">
          @{agent.key} · {agent.domain}
        </p>
      </div>
      <StatusBadge status={agent.status} />
    </div>
    <div className="min-h-10 flex-1">
      <Now agent={agent} />
    </div>
    <dl className="grid grid-cols-3 gap-3 border-t pt-3">
      <Figure label="Autonomy">{AUTONOMY[agent.autonomy.level].label}</Figure>
      <Figure label="Done, 30 days">
        {agent.successRate === null ? (
          <span className="font-normal text-muted">no runs</span>
        ) : (
          `${percent(agent.successRate)} of ${agent.finishedRuns}`
        )}
      </Figure>
      <Figure label="Cost today">{dollars(microsToUsd(agent.costMicros))}</Figure>
    </dl>
    {waitsOf(agent) === '' ? null : <p className="text-sm text-wait">Waiting: {waitsOf(agent)}</p>}
  </li>
);
