import type { messages } from '../db/tables/talk.ts';
import { type Card, type CardAction, plainCard } from './card.ts';
import { visible } from './visible.ts';

type Post = Pick<typeof messages.$inferSelect, 'kind' | 'resolvedAs' | 'card'>;

const DISMISS: CardAction = { verb: 'dismiss', label: 'Dismiss', tone: 'plain' };
const PROMOTE: CardAction = { verb: 'promote', label: 'Make a task', tone: 'plain' };

const TITLES = { finding: 'Finding', status: 'Status' } as const;
const RESOLVED = { dismissed: { label: 'Dismissed', tone: 'muted' }, promoted: { label: 'Made a task', tone: 'good' } } as const;

const proposalPost = (own: Card, promotable: boolean): Card => {
  // A suggestion can be dismissed as it is.
  const aside = own.actions.some(({ label }) => label === DISMISS.label) ? [] : [DISMISS];
  return { ...own, actions: [...own.actions, ...aside, ...(promotable ? [PROMOTE] : [])] };
};

/**
 * The card of a message as an outside surface shows it, with what can be done about a post: a proposal's keeps its own buttons and gets one that
 * puts it aside; a finding or a status without a card gets one to carry them. What was dealt with has no buttons any more.
 */
export const teamCard = (post: Post, own: Card | null): Card | null => {
  const { kind, resolvedAs } = post;
  if (kind === 'task_proposal' || kind === 'action_proposal')
    return own?.proposal?.state === 'proposed' ? proposalPost(own, kind === 'action_proposal' && resolvedAs === null) : own;
  // One that came with a card of its own says on that what can be done about it.
  if (own || (kind !== 'finding' && kind !== 'status')) return own;
  const card = plainCard({ title: visible(TITLES[kind]) });
  return resolvedAs === null
    ? { ...card, actions: [...card.actions, DISMISS, PROMOTE] }
    : { ...card, status: RESOLVED[resolvedAs], actions: [] };
};
