import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { AgentDetail } from '../../../src/web/agent-schemas.ts';
import { post } from '../api/call.ts';
import { touch } from '../api/live.ts';
import { sentenceOf } from '../api/problem.ts';
import { Link, pathTo } from '../router.tsx';
import { Button } from '../ui/button.tsx';
import { toast } from '../ui/toast.tsx';
import { AgentDialog } from './agent-dialog.tsx';
import { usePropose } from './use-propose.ts';

type Verb = 'pause' | 'resume' | 'restart';

const saidOf = (verb: Verb, name: string, restarted: number): string => {
  if (verb === 'pause') return `${name} is paused: what it is sent waits.`;
  if (verb === 'resume') return `${name} goes on.`;
  return restarted === 0 ? `${name} is at nothing now.` : `${name} begins again where it last stood.`;
};

const At = ({ agent }: { agent: AgentDetail }) => {
  const path = `/api/agents/${encodeURIComponent(agent.key)}`;
  const turn = useMutation({
    mutationFn: (verb: Verb) => post<{ restarted?: number }>(`${path}/${verb}`),
    onSuccess: ({ restarted = 0 }, verb) => toast(saidOf(verb, agent.name, restarted)),
    onError: (thrown) => toast(sentenceOf(thrown), 'bad'),
    onSettled: () => touch(['agents']),
  });
  const hold: Verb = agent.status === 'paused' ? 'resume' : 'pause';
  const busy = (verb: Verb): boolean => turn.isPending && turn.variables === verb;
  return (
    <>
      <Button busy={busy(hold)} onClick={() => turn.mutate(hold)}>
        {hold === 'pause' ? 'Pause' : 'Resume'}
      </Button>
      <Button busy={busy('restart')} barred={agent.now?.state !== 'running'} onClick={() => turn.mutate('restart')}>
        Restart
      </Button>
    </>
  );
};

/** What can be done with an agent. A pause and a restart are at once; all that changes what it may do is proposed. */
export const AgentActions = ({ agent }: { agent: AgentDetail }) => {
  const [changing, setChanging] = useState(false);
  const retire = usePropose({ method: 'DELETE', path: `/api/agents/${encodeURIComponent(agent.key)}` });
  const deploy = usePropose({ method: 'POST', path: '/api/agents' });
  const out = agent.status === 'planned' || agent.status === 'retired';
  if (out)
    return (
      <Button tone="primary" busy={deploy.isPending} onClick={() => deploy.mutate({ key: agent.key })}>
        Deploy…
      </Button>
    );
  return (
    <div className="flex flex-wrap gap-2">
      {agent.threadId ? (
        <Button asChild tone="primary">
          <Link href={pathTo.thread(agent.threadId)}>Write to it</Link>
        </Button>
      ) : null}
      <At agent={agent} />
      <Button onClick={() => setChanging(true)}>Change…</Button>
      {agent.key === 'dispatcher' ? null : (
        <Button tone="danger" busy={retire.isPending} onClick={() => retire.mutate({})}>
          Retire…
        </Button>
      )}
      {changing ? <AgentDialog agent={agent} open onOpenChange={setChanging} /> : null}
    </div>
  );
};
