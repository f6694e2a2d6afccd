import type { messages } from '../db/tables/talk.ts';
import { type Card, type CardAction, plainCard } from './card.ts';
import { visible } from './visible.ts';

type Post = Pick<typeof messages.$inferSelect, 'kind' | 'resolvedAs' | 'card'>;

const DISMISS: CardAction = { verb: 'dismiss', label: 'Dismiss', tone: 'plain' };
const PROMOTE: CardAction = { verb: 'promote', label: 'Make a task', tone: 'plain' };

const TITLES = { finding: 'Finding', status: 'Status' } as const;
const RESOLVED = { dismissed: { label: 'Dismissed', tone: 'muted' }, promoted: { label: 'Made a task', tone: 'good' } } as const;

/**
 * The card of a message as an outside surface shows it, with what can be done about a post: a proposal's keeps its own buttons and gets one that
 * puts it aside; a finding or a status, which has none, gets one to carry them. What was dealt with has no buttons any more.
 */
export const teamCard = (post: Post, own: Card | null): Card | null => {
  const { kind, resolvedAs } = post;
  if (kind === 'task_proposal' || kind === 'action_proposal') {
    if (own?.proposal?.state !== 'proposed') return own;
    const more = kind === 'action_proposal' && resolvedAs === null ? [DISMISS, PROMOTE] : [DISMISS];
    return { ...own, actions: [...own.actions, ...more] };
  }
  if (kind !== 'finding' && kind !== 'status') return own;
  const card = own ?? plainCard({ title: visible(TITLES[kind]) });
  return resolvedAs === null
    ? { ...card, actions: [...card.actions, DISMISS, PROMOTE] }
    : { ...card, status: RESOLVED[resolvedAs], actions: [] };
};
