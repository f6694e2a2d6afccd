import { createHash } from 'node:crypto';
import { recent } from '../../recent.ts';
import type { Reply } from './answer.ts';
import type { SubmitBody } from './payloads.ts';

const MOST_KEPT = 500;

/** The same form with the same things in it: one with something wrong in it is sent again under the same id, with something else. */
const keyOf = ({ user, view }: SubmitBody): string =>
  createHash('sha256')
    .update(JSON.stringify([user.id, view.id, view.hash, view.state]))
    .digest('hex');

const isOpen = ({ ack }: Reply): boolean => ack !== undefined && 'response_action' in ack && ack.response_action === 'errors';

/** A form that is told of twice is taken in once, and answered twice. What is still open because something in it is wrong may be sent again. */
export const createRepeats = () => {
  const kept = recent<Promise<Reply>>(MOST_KEPT);
  return async (body: SubmitBody, take: () => Promise<Reply>): Promise<Reply> => {
    const key = keyOf(body);
    const known = kept.get(key);
    if (known) return { ack: (await known).ack };
    const taking = take();
    kept.set(key, taking);
    const forget = () => void kept.delete(key);
    taking.then((reply) => isOpen(reply) && forget(), forget);
    return taking;
  };
};
