import { lazy, Suspense, useRef, useState } from 'react';
import type { Card, CardAction } from '../../../src/dispatch/card.ts';
import type { Approval } from '../../../src/web/schemas.ts';
import { sendMessage } from '../room/outgoing.ts';
import { go, pathTo } from '../router.tsx';
import { CardActions } from './card-actions.tsx';
import { type Decision, useDecision } from './decision.ts';
import { useJustChanged } from './fresh.ts';
import { RejectForm } from './reject-form.tsx';
import { SettleForm } from './settle-form.tsx';

const EditDialog = lazy(async () => ({ default: (await import('./edit-dialog.tsx')).EditDialog }));
const FullDialog = lazy(async () => ({ default: (await import('./full-dialog.tsx')).FullDialog }));

export type Panel = 'reject' | 'settle' | 'edit' | 'open' | null;

/** Sends a card's own sentence as the viewer's message. */
export const say = async (threadId: string | null, text: string): Promise<void> => {
  const sent = await sendMessage(threadId, text);
  if (sent && sent.threadId !== threadId) go(pathTo.thread(sent.threadId));
};

type PressDeps = { card: Card; threadId: string; decision: Decision; show: (panel: Panel) => void };

const pressed = (action: CardAction, { card, threadId, decision, show }: PressDeps): void => {
  const proposal = card.proposal;
  switch (action.verb) {
    case 'say':
      void say(threadId, action.text);
      return;
    case 'approve':
      if (proposal) void decision.run('approve', { revision: proposal.revision, digest: proposal.digest });
      return;
    case 'withdraw':
    case 'retry':
    case 'undo':
      void decision.run(action.verb, {});
      return;
    case 'take_over':
      if (proposal) void decision.run('take_over', { revision: proposal.revision });
      return;
    case 'bulk':
      return; // a list's, never a proposal's
    case 'reject':
    case 'settle':
    case 'edit':
    case 'open':
      decision.clear();
      show(action.verb);
      return;
    // A card that asks for what is missing is not a proposal yet.
    case 'fill':
    case 'dismiss':
    case 'promote':
      return;
    default:
      action satisfies never;
  }
};

type FooterProps = { card: Card; approval: Approval | undefined; threadId: string };

/** What can be done about a card, and what is being done. */
export const DecidableFooter = ({ card, approval, threadId }: FooterProps) => {
  const [panel, setPanel] = useState<Panel>(null);
  const foot = useRef<HTMLDivElement>(null);
  const decision = useDecision(card.proposal, threadId);
  const justChanged = useJustChanged(card.proposal?.digest);
  const revision = card.proposal?.revision;
  const close = (): void => {
    const verb = panel;
    setPanel(null);
    requestAnimationFrame(() => foot.current?.querySelector<HTMLElement>(`[data-verb="${verb}"]`)?.focus());
  };
  const decide = async (verb: 'reject' | 'settle', body: Record<string, unknown>): Promise<void> => {
    if (!(await decision.run(verb, body))) return;
    setPanel(null);
    foot.current?.closest<HTMLElement>('article')?.focus();
  };
  const form =
    panel === 'reject' ? (
      <RejectForm
        busy={decision.pending === 'reject'}
        onReject={(reason) => void decide('reject', { revision, reason })}
        onCancel={close}
      />
    ) : panel === 'settle' ? (
      <SettleForm busy={decision.pending === 'settle'} onSettle={(outcome) => void decide('settle', { outcome })} onCancel={close} />
    ) : null;
  const setOpen = (which: 'edit' | 'open') => (open: boolean) => setPanel(open ? which : null);
  return (
    <div ref={foot}>
      <CardActions
        card={card}
        you={approval?.you}
        pending={decision.pending}
        problem={panel === 'edit' ? null : decision.problem}
        justChanged={justChanged}
        onPress={(action) => pressed(action, { card, threadId, decision, show: setPanel })}
      >
        {form}
      </CardActions>
      <Suspense>
        {panel === 'edit' ? (
          <EditDialog open approval={approval} decision={decision} title={card.title} onOpenChange={setOpen('edit')} />
        ) : null}
        {panel === 'open' ? <FullDialog open approval={approval} onOpenChange={setOpen('open')} /> : null}
      </Suspense>
    </div>
  );
};
