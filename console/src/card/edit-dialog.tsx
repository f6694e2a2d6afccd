import { useQuery } from '@tanstack/react-query';
import type { Approval } from '../../../src/web/schemas.ts';
import { toolsQuery } from '../api/queries.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import type { Decision } from './decision.ts';
import { SchemaForm } from './schema-form.tsx';

type EditDialogProps = {
  approval: Approval | undefined;
  decision: Decision;
  title: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
};

const HINT = 'An edit makes a new revision. It has to be approved as it stands then: approvals so far do not count for it.';

/** The schema of a tool that is no longer listed: a field for each argument there is. */
const schemaOf = (params: Record<string, unknown>): Record<string, unknown> => ({
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? { type: 'string', control: 'text' } : {}]),
  ),
  required: Object.keys(params),
});

export const EditDialog = ({ approval, decision, title, open, onOpenChange }: EditDialogProps) => {
  const tools = useQuery({ ...toolsQuery, enabled: open });
  const tool = tools.data?.items.find((candidate) => candidate.name === approval?.actionType);
  const change = (next: boolean): void => {
    decision.clear();
    onOpenChange(next);
  };
  const submit = async (params: Record<string, unknown>): Promise<void> => {
    if (approval && (await decision.run('edit', { revision: approval.revision, params }))) onOpenChange(false);
  };
  return (
    <Dialog open={open} onOpenChange={change} title={`Edit: ${title}`} description={HINT} wide>
      {decision.problem ? (
        <Notice tone="bad" role="alert" className="mb-4">
          {decision.problem}
        </Notice>
      ) : null}
      {approval && !tools.isPending ? (
        <SchemaForm
          key={approval.digest}
          schema={tool?.input ?? schemaOf(approval.params)}
          values={approval.params}
          problems={decision.fields}
          busy={decision.pending === 'edit'}
          submitLabel="Propose the change"
          onSubmit={(params) => void submit(params)}
          onCancel={() => change(false)}
        />
      ) : (
        <div className="grid h-32 place-items-center">
          <Spinner className="size-5 text-muted" />
        </div>
      )}
    </Dialog>
  );
};
