import type { AgentDetail } from '../../../src/web/agent-schemas.ts';
import { ApiProblem, sentenceOf } from '../api/problem.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { AgentForm } from './agent-form.tsx';
import { usePropose } from './use-propose.ts';

type DialogProps = { agent?: AgentDetail; open: boolean; onOpenChange: (open: boolean) => void };

const FIELDS: Readonly<Record<string, string>> = { max_steps: 'maxSteps' };

/** What is wrong, by the field that it is wrong with. */
const problemsOf = (error: unknown): Record<string, string> =>
  error instanceof ApiProblem
    ? Object.fromEntries(error.fields.map(({ name, message }) => [FIELDS[name.split('.')[0] ?? ''] ?? name.split('.')[0], message]))
    : {};

/** Adds an agent, or changes one: both propose, and a card shows the whole of it before anything is so. */
export const AgentDialog = ({ agent, open, onOpenChange }: DialogProps) => {
  const to = agent
    ? ({ method: 'PUT', path: `/api/agents/${encodeURIComponent(agent.key)}` } as const)
    : ({ method: 'POST', path: '/api/agents' } as const);
  const propose = usePropose(to, { quiet: true });
  const change = (next: boolean): void => {
    propose.reset();
    onOpenChange(next);
  };
  return (
    <Dialog
      wide
      open={open}
      onOpenChange={change}
      title={agent ? `Change ${agent.name}` : 'Add an agent'}
      description={
        agent
          ? 'What you leave stays as it is. The card shows before and after, and an admin decides.'
          : 'Describe it; the rest is drafted from your words and shown on a card, which an admin decides.'
      }
    >
      {propose.error ? (
        <Notice tone="bad" role="alert" className="mb-4">
          {sentenceOf(propose.error)}
        </Notice>
      ) : null}
      <AgentForm
        agent={agent}
        problems={problemsOf(propose.error)}
        busy={propose.isPending}
        onSubmit={(body) => propose.mutate(body)}
        onCancel={() => change(false)}
      />
    </Dialog>
  );
};
