import { useMutation } from '@tanstack/react-query';
import type { Approval, BulkAnswer } from '../../../src/web/schemas.ts';
import { post } from '../api/call.ts';
import { touch } from '../api/live.ts';
import { sentenceOf } from '../api/problem.ts';

/** The API takes so many at a time. */
export const MOST = 100;

type Wanted = { approve?: readonly Approval[]; reject?: readonly Approval[]; reason?: string };

const send = ({ approve = [], reject = [], reason = '' }: Wanted): Promise<BulkAnswer> =>
  post<BulkAnswer>('/api/approvals/bulk', {
    // Of what is on show here, never of what is stored now: whatever changed meanwhile is refused.
    approve: approve.map(({ id, revision, digest }) => ({ id, revision, digest })),
    reject: reject.map(({ id, revision }) => ({ id, revision, reason })),
  });

export type Refused = { id: string; title: string; why: string };

const refusedIn = (answer: BulkAnswer): Refused[] =>
  answer.items.flatMap(({ id, approval, problem }) =>
    problem ? [{ id, title: approval?.card.title ?? 'A card', why: problem.detail }] : [],
  );

export type Bulk = {
  run: (wanted: Wanted) => Promise<boolean>;
  busy: boolean;
  problem: string | null;
  /** What was not decided, each with the sentence that says why. */
  refused: readonly Refused[];
};

/** Decides many at once, each on its own. */
export const useBulk = (): Bulk => {
  const mutation = useMutation({ mutationFn: send, onSettled: () => touch(['approvals'], ['approval'], ['threads'], ['thread']) });
  const run = async (wanted: Wanted): Promise<boolean> => {
    if (mutation.isPending) return false;
    try {
      await mutation.mutateAsync(wanted);
      return true;
    } catch {
      return false; // shown above the cards: `problem`
    }
  };
  return {
    run,
    busy: mutation.isPending,
    problem: mutation.error ? sentenceOf(mutation.error) : null,
    refused: mutation.data ? refusedIn(mutation.data) : [],
  };
};

/** Of low risk, open to the viewer and small enough to be shown whole. */
export const isSafe = ({ status, riskLevel, you, card }: Approval): boolean =>
  status === 'proposed' && riskLevel === 'low' && you.mayApprove && card.fits;
