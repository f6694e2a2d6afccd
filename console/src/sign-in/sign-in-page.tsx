import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useId, useState } from 'react';
import type { Invitation, Me } from '../../../src/web/schemas.ts';
import { post } from '../api/call.ts';
import { queryClient } from '../api/client.ts';
import { ApiProblem, sentenceOf } from '../api/problem.ts';
import { meQuery } from '../api/queries.ts';
import { ROLE_MEANS } from '../people/roles.ts';
import { go } from '../router.tsx';
import { Mark } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Field, Input } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';

const NEW_LINK = 'Ask the person who runs Wilco for a new link, or restart Wilco: each start prints one.';

const WHAT: Record<string, string> = {
  link_missing: 'To sign in you need a link.',
  link_unknown: 'This link is not known here.',
  link_used: 'This link has been used: each works once.',
  link_expired: 'This link has expired.',
};

type Found = { kind: 'in'; me: Me } | { kind: 'invited'; invitation: Invitation };

const tokenInHash = (): string | null => new URLSearchParams(location.hash.slice(1)).get('token');

/** Looks at the link. One that is for signing in again is used at once; an invitation waits for its person. */
const open = async (token: string): Promise<Found> => {
  const invitation = await post<Invitation>('/api/sign-in/look', { token });
  if (invitation.invited) return { kind: 'invited', invitation };
  return { kind: 'in', me: await post<Me>('/api/sign-in', { token }) };
};

const enter = (me: Me): void => {
  queryClient.clear();
  queryClient.setQueryData(meQuery.queryKey, me);
  go('/', 'replace');
};

const Frame = ({ title, children }: { title: string; children: ReactNode }) => (
  <main id="main" className="grid min-h-dvh place-items-center bg-sunken px-4 py-10">
    <div className="w-full max-w-md animate-in rounded-2xl border bg-panel p-7 shadow-over">
      <Mark className="mb-5 size-10" />
      <h1 className="told mb-2 font-semibold text-[1.375rem] leading-tight tracking-tight">{title}</h1>
      {children}
    </div>
  </main>
);

const JoinForm = ({ token, invitation }: { token: string; invitation: Invitation }) => {
  const id = useId();
  const [name, setName] = useState(invitation.name);
  const join = useMutation({ mutationFn: () => post<Me>('/api/sign-in', { token, name: name.trim() }), onSuccess: enter });
  return (
    <Frame title={`Welcome, ${invitation.name}`}>
      <p className="mb-5 text-muted">
        You are invited as <strong className="font-medium text-ink">{invitation.role}</strong>, who {ROLE_MEANS[invitation.role]}.
      </p>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '' && !join.isPending) join.mutate();
        }}
      >
        {join.error ? (
          <Notice tone="bad" role="alert">
            {sentenceOf(join.error)}
          </Notice>
        ) : null}
        <Field id={id} label="Your name" hint="This is how everybody here sees you.">
          <Input
            id={id}
            value={name}
            autoFocus
            autoComplete="name"
            maxLength={80}
            aria-describedby={`${id}-note`}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Button type="submit" tone="primary" busy={join.isPending} barred={name.trim() === ''}>
          Join
        </Button>
      </form>
    </Frame>
  );
};

const Refused = ({ code, sentence }: { code: string; sentence: string }) => (
  <Frame title="Sign in to Wilco">
    <p className="text-muted">
      {WHAT[code] ?? sentence} {code in WHAT ? NEW_LINK : null}
    </p>
  </Frame>
);

const Opening = ({ token }: { token: string }) => {
  const found = useQuery({ queryKey: ['sign-in', token], queryFn: () => open(token), retry: false, gcTime: Number.POSITIVE_INFINITY });
  const { data, error } = found;
  useEffect(() => {
    if (data?.kind === 'in') enter(data.me);
  }, [data]);
  if (error instanceof ApiProblem && error.code in WHAT) return <Refused code={error.code} sentence={error.message} />;
  if (error) {
    return (
      <Frame title="Sign in to Wilco">
        <Notice tone="bad" role="alert">
          {sentenceOf(error)}
        </Notice>
        <Button className="mt-4" busy={found.isFetching} onClick={() => void found.refetch()}>
          Try again
        </Button>
      </Frame>
    );
  }
  if (data?.kind === 'invited') return <JoinForm token={token} invitation={data.invitation} />;
  return (
    <Frame title="Signing you in…">
      <Spinner className="size-5 text-muted" />
    </Frame>
  );
};

export const SignInPage = () => {
  const [token, setToken] = useState(tokenInHash);
  useEffect(() => {
    const onHash = (): void => setToken(tokenInHash());
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, []);
  return token ? <Opening key={token} token={token} /> : <Refused code="link_missing" sentence="" />;
};
