import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { DecisionDetail } from '../../../src/web/decision-schemas.ts';
import { get } from '../api/call.ts';
import { sentenceOf } from '../api/problem.ts';
import { CardView } from '../card/card-view.tsx';
import { Link, pathTo } from '../router.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { platformName } from '../ui/platform-name.ts';
import { Spinner } from '../ui/spinner.tsx';
import { fullTime } from '../ui/time.ts';
import { byWhom, KINDS, OUTCOMES } from './outcome.ts';

const Fact = ({ label, children }: { label: string; children: ReactNode }) => (
  <div className="grid gap-0.5">
    <dt className="text-muted text-xs">{label}</dt>
    <dd className="told text-sm">{children}</dd>
  </div>
);

const whyOf = ({ because, approvalsNeeded, approverRole, approverGroup, matchedRule, votes }: DecisionDetail): string => {
  const given = votes.filter(({ counted }) => counted).length;
  const group = approverGroup ? ` of the group ${approverGroup}` : '';
  const asked = `${approvalsNeeded} with the role ${approverRole} or above${group}, by the rule ${matchedRule}`;
  return `${given} of ${asked}${because ? `, because ${because}` : ''}`;
};

const lookUpSays = ({ group, platform, name, id, account, askedAt }: NonNullable<DecisionDetail['lookUp']>): string =>
  `${platformName(platform)} said at ${fullTime(askedAt)} that ${account} is in ${name} (${id}), which was the group ${group}`;

const costOf = ({ costMicros, ms }: DecisionDetail): string => {
  const cost = costMicros === null ? '' : `$${(costMicros / 1_000_000).toFixed(4)}`;
  return [cost, ms === null ? '' : `${ms.toLocaleString()} ms`].filter(Boolean).join(' in ');
};

const Said = ({ detail }: { detail: DecisionDetail }) =>
  detail.reasoning === null && detail.confidence === null ? null : (
    <section aria-label="What the model said" className="rounded-lg border border-dashed p-3">
      <p className="mb-1 font-medium text-muted text-xs">
        A model's words{detail.confidence === null ? '' : `, ${Math.round(detail.confidence * 100)} % sure by its own account`}
      </p>
      <p className="told whitespace-pre-wrap text-sm">{detail.reasoning}</p>
    </section>
  );

const Body = ({ detail }: { detail: DecisionDetail }) => (
  <div className="grid gap-5">
    {detail.digestHolds ? null : (
      <Notice tone="bad" role="alert">
        What is stored is not what was decided: its digest is another one. Check the log with verify-log.
      </Notice>
    )}
    <dl className="grid grid-cols-1 gap-3 sm:grid-cols-2">
      <Fact label="Decision">
        {KINDS[detail.kind]} by {byWhom(detail)}, on {detail.via}
      </Fact>
      <Fact label="When">{fullTime(detail.at)}</Fact>
      <Fact label="Why it was enough">{whyOf(detail)}</Fact>
      <Fact label="Votes">
        {detail.votes.map(({ person, counted }) => (counted ? person : `${person} (not counted)`)).join(', ') || 'None'}
      </Fact>
      {detail.lookUp ? <Fact label="Looked up">{lookUpSays(detail.lookUp)}</Fact> : null}
      <Fact label="Outcome">
        {OUTCOMES[detail.outcome].label}
        {detail.errorCode ? `: ${detail.errorCode}` : ''}
        {costOf(detail) ? `, ${costOf(detail)}` : ''}
      </Fact>
      <Fact label="Asked for by">{detail.askedBy}</Fact>
      {detail.reason ? <Fact label="Reason">{detail.reason}</Fact> : null}
    </dl>
    <CardView card={detail.card} />
    <Said detail={detail} />
    <p className="break-all text-muted text-xs">
      Revision {detail.revision}, digest {detail.digest}
    </p>
    <Link href={pathTo.approval(detail.proposalId)} className="justify-self-start text-sm underline">
      Open the proposal as it stands now
    </Link>
  </div>
);

/** One decision with what was shown; `id` null closes it. */
export const DecisionDrawer = ({ id, onClose }: { id: string | null; onClose: () => void }) => {
  const query = useQuery({
    queryKey: ['decisions', 'one', id],
    queryFn: ({ signal }) => get<DecisionDetail>(`/api/decisions/${id}`, signal),
    enabled: id !== null,
  });
  return (
    <Dialog open={id !== null} onOpenChange={onClose} title="Decision" wide>
      {query.isError ? (
        <Notice tone="bad" role="alert">
          {sentenceOf(query.error)}
        </Notice>
      ) : null}
      {query.data ? <Body detail={query.data} /> : query.isError ? null : <Spinner className="size-5 text-muted" />}
    </Dialog>
  );
};
