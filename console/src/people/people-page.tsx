import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Person } from '../../../src/web/schemas.ts';
import { sentenceOf } from '../api/problem.ts';
import { meQuery, peopleQuery } from '../api/queries.ts';
import { Page } from '../shell/page.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { Groups } from './groups.tsx';
import { InviteForm } from './invite-form.tsx';
import { ROLE_MEANS, roleAtLeast } from './roles.ts';
import { SignInLink } from './sign-in-link.tsx';

type RowProps = { person: Person; isMe: boolean; mayLink: boolean };

const Row = ({ person, isMe, mayLink }: RowProps) => (
  <li className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b px-4 py-3 last:border-0">
    <Avatar name={person.name} />
    <div className="min-w-0 flex-1 basis-40">
      <p className="told font-medium">
        {person.name}
        {isMe ? <span className="font-normal text-muted"> (you)</span> : null}
      </p>
      <p className="text-muted text-sm">
        {person.role}: {ROLE_MEANS[person.role]}
      </p>
    </div>
    {person.joined ? null : <Badge tone="warning">Not joined yet</Badge>}
    {!person.joined && mayLink ? <SignInLink person={person} /> : null}
  </li>
);

export const PeoplePage = () => {
  const me = useQuery(meQuery).data?.person;
  const query = useInfiniteQuery(peopleQuery);
  const people = query.data?.pages.flatMap((page) => page.items) ?? [];
  const mayLink = roleAtLeast(me?.role, 'admin');
  return (
    <Page title="People" intro="Who may do what here. Every change is a card that has to be approved.">
      {query.isPending ? <Spinner className="size-5 text-muted" /> : null}
      {query.isError ? (
        <Notice tone="bad" role="alert">
          {sentenceOf(query.error)}
        </Notice>
      ) : null}
      {people.length > 0 ? (
        <ul className="mb-8 overflow-hidden rounded-xl border bg-panel shadow-lift">
          {people.map((person) => (
            <Row key={person.id} person={person} isMe={person.id === me?.id} mayLink={mayLink} />
          ))}
        </ul>
      ) : null}
      {query.hasNextPage ? (
        <Button className="mb-8" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      ) : null}
      <Groups />
      {roleAtLeast(me?.role, 'operator') ? <InviteForm /> : null}
    </Page>
  );
};
