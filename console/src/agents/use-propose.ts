import { useMutation } from '@tanstack/react-query';
import type { Approval } from '../../../src/web/schemas.ts';
import { del, post, put } from '../api/call.ts';
import { touch } from '../api/live.ts';
import { sentenceOf } from '../api/problem.ts';
import { go, pathTo } from '../router.tsx';
import { toast } from '../ui/toast.tsx';

type To = { method: 'POST' | 'PUT' | 'DELETE'; path: string };

const SEND = { POST: post, PUT: put, DELETE: (path: string) => del<Approval>(path) } as const;

/** Proposes a change of an agent and goes to its card: nothing changes before that is decided. `quiet`: what went wrong is said by whoever asks. */
export const usePropose = ({ method, path }: To, { quiet = false }: { quiet?: boolean } = {}) =>
  useMutation({
    mutationFn: (body: Record<string, unknown>): Promise<Approval> => SEND[method]<Approval>(path, body),
    onSuccess: (approval) => {
      toast('Proposed: nothing changes before its card is decided.');
      touch(['approvals'], ['threads']);
      go(pathTo.approval(approval.id));
    },
    onError: (thrown) => (quiet ? undefined : toast(sentenceOf(thrown), 'bad')),
  });
