import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import type { Card } from '../../../src/dispatch/card.ts';
import type { Approval } from '../../../src/web/schemas.ts';
import { post } from '../api/call.ts';
import { queryClient } from '../api/client.ts';
import { touch } from '../api/live.ts';
import { ApiProblem, sentenceOf } from '../api/problem.ts';
import { approvalQuery } from '../api/queries.ts';

export type Verb = 'approve' | 'reject' | 'edit' | 'withdraw' | 'retry' | 'settle' | 'undo' | 'take_over';

export type Decision = {
  /** Answers whether it was taken. A second press while one is on its way does nothing. */
  run: (verb: Verb, body: Record<string, unknown>) => Promise<boolean>;
  pending: Verb | null;
  /** The sentence of what stood in the way. */
  problem: string | null;
  fields: ApiProblem['fields'];
  clear: () => void;
};

type Press = { id: string; verb: Verb; body: Record<string, unknown> };

const press = ({ id, verb, body }: Press): Promise<Approval> =>
  post<Approval>(`/api/approvals/${encodeURIComponent(id)}/${verb.replace('_', '-')}`, body);

/** Decides on the proposal that a card shows: its id, its revision and its digest, as they are on the page at the press. */
export const useDecision = (proposal: Card['proposal'], threadId: string | undefined): Decision => {
  const busy = useRef(false);
  const mutation = useMutation({
    mutationFn: press,
    onSuccess: (answer) => {
      // An undo, and taking over, answers the proposal that it made.
      queryClient.setQueryData(approvalQuery(answer.id).queryKey, (known) =>
        known?.fullCard && !answer.fullCard ? { ...answer, fullCard: known.fullCard } : answer,
      );
    },
    onSettled: (_answer, _problem, { id }) =>
      touch(['approval', id], ['approvals'], ['threads'], ...(threadId ? [['thread', threadId]] : [])),
  });
  const run = async (verb: Verb, body: Record<string, unknown>): Promise<boolean> => {
    if (busy.current || !proposal) return false;
    busy.current = true;
    try {
      await mutation.mutateAsync({ id: proposal.id, verb, body });
      return true;
    } catch {
      return false; // shown in the card: `problem`
    } finally {
      busy.current = false;
    }
  };
  return {
    run,
    pending: mutation.isPending ? (mutation.variables?.verb ?? null) : null,
    problem: mutation.error ? sentenceOf(mutation.error) : null,
    fields: mutation.error instanceof ApiProblem ? mutation.error.fields : [],
    clear: mutation.reset,
  };
};
