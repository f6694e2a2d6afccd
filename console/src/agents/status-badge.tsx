import { Badge } from '../ui/badge.tsx';
import { cn } from '../ui/cn.ts';
import { AGENT_STATUS, type AgentStatus } from './agent-status.ts';

/** How an agent stands, in a word beside its colour. */
export const StatusBadge = ({ status }: { status: AgentStatus }) => {
  const { label, tone, dot } = AGENT_STATUS[status];
  return (
    <Badge tone={tone}>
      <span aria-hidden="true" className={cn('size-1.5 rounded-full', dot)} />
      {label}
    </Badge>
  );
};
