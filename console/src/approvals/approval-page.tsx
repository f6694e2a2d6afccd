import { useQuery } from '@tanstack/react-query';
import { sentenceOf } from '../api/problem.ts';
import { approvalQuery } from '../api/queries.ts';
import { ProposalCard } from '../card/proposal-card.tsx';
import { Link, pathTo } from '../router.tsx';
import { Page } from '../shell/page.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';

/** One card by itself: where rows of a table and links from elsewhere lead. */
export const ApprovalPage = ({ id }: { id: string }) => {
  const { data, error, isPending } = useQuery(approvalQuery(id));
  return (
    <Page
      title="Card"
      {...(data
        ? {
            intro: (
              <Link href={pathTo.thread(data.threadId)} className="underline underline-offset-3 hover:text-ink">
                Open the conversation it belongs to
              </Link>
            ),
          }
        : {})}
    >
      {isPending ? <Spinner className="size-5 text-muted" /> : null}
      {error && !data ? (
        <Notice tone="bad" role="alert">
          {sentenceOf(error)}
        </Notice>
      ) : null}
      {data ? <ProposalCard card={data.card} proposalId={id} threadId={data.threadId} follow /> : null}
    </Page>
  );
};
