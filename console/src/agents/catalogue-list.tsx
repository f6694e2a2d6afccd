import type { AgentRow } from '../../../src/web/agent-schemas.ts';
import { Link, pathTo } from '../router.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { AUTONOMY } from './agent-status.ts';
import { StatusBadge } from './status-badge.tsx';
import { usePropose } from './use-propose.ts';

const Row = ({ agent }: { agent: AgentRow }) => {
  const deploy = usePropose({ method: 'POST', path: '/api/agents' });
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b px-4 py-3 last:border-0">
      <Avatar name={agent.name} />
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Link href={pathTo.agent(agent.key)} className="thumb inline-flex items-center font-medium hover:underline">
            {agent.name}
          </Link>
          <span className="text-muted text-xs">
            @{agent.key} · {agent.domain} · {AUTONOMY[agent.autonomy.level].label.toLowerCase()}
          </span>
          {agent.status === 'retired' ? <StatusBadge status="retired" /> : null}
        </p>
        <p className="told text-muted text-sm">{agent.summary}</p>
      </div>
      <Button size="sm" busy={deploy.isPending} aria-label={`Deploy ${agent.name}`} onClick={() => deploy.mutate({ key: agent.key })}>
        Deploy…
      </Button>
    </li>
  );
};

/** Those who are not at work: one press makes the card that puts one to work. */
export const CatalogueList = ({ agents }: { agents: readonly AgentRow[] }) => (
  <ul className="overflow-hidden rounded-xl border bg-panel shadow-lift">
    {agents.map((agent) => (
      <Row key={agent.key} agent={agent} />
    ))}
  </ul>
);
