import { useMutation, useQuery } from '@tanstack/react-query';
import type { Card } from '../../../src/dispatch/card.ts';
import { post } from '../api/call.ts';
import { touch } from '../api/live.ts';
import { ApiProblem, sentenceOf } from '../api/problem.ts';
import { toolsQuery } from '../api/queries.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { SchemaForm } from './schema-form.tsx';

type FillDialogProps = { form: NonNullable<Card['form']>; messageId: string; threadId: string; onClose: () => void };

/** The form of an action whose order left something out, with what it did say filled in. Nothing happens by it but a card to decide on. */
export const FillDialog = ({ form, messageId, threadId, onClose }: FillDialogProps) => {
  const tools = useQuery(toolsQuery);
  const tool = tools.data?.items.find(({ name }) => name === form.tool);
  const fill = useMutation({
    mutationFn: (params: Record<string, unknown>) => post(`/api/messages/${encodeURIComponent(messageId)}/fill`, { params }),
    onSuccess: onClose,
    onSettled: () => touch(['thread', threadId], ['threads'], ['approvals']),
  });
  const fields = fill.error instanceof ApiProblem ? fill.error.fields : [];
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={tool?.title ?? form.tool}
      description="A card to decide on follows."
      wide
    >
      {fill.error ? (
        <Notice tone="bad" role="alert" className="mb-4">
          {sentenceOf(fill.error)}
        </Notice>
      ) : null}
      {tool ? (
        <SchemaForm
          schema={tool.input}
          values={form.input}
          problems={fields}
          busy={fill.isPending}
          submitLabel="Propose"
          onSubmit={(params) => fill.mutate(params)}
          onCancel={onClose}
        />
      ) : null}
    </Dialog>
  );
};
