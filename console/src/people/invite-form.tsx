import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { Approval } from '../../../src/web/schemas.ts';
import { post } from '../api/call.ts';
import { touch } from '../api/live.ts';
import { ApiProblem, sentenceOf } from '../api/problem.ts';
import { Link, pathTo } from '../router.tsx';
import { Button } from '../ui/button.tsx';
import { Field, Input, Select } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { ROLE_MEANS, type Role } from './roles.ts';

const INVITABLE: readonly Role[] = ['viewer', 'operator', 'approver', 'admin'];
const isRole = (value: string): value is Role => value in ROLE_MEANS;

const Proposed = ({ approval }: { approval: Approval }) => (
  <Notice tone="good" role="status">
    The invitation waits for approval: nothing changes until then.{' '}
    <Link href={pathTo.approval(approval.id)} className="font-medium underline underline-offset-3">
      Open its card
    </Link>
  </Notice>
);

/** Inviting changes who may do what, so it makes a proposal like everything else. */
export const InviteForm = () => {
  const id = useId();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('operator');
  const invite = useMutation({
    mutationFn: (who: { name: string; role: Role }) => post<Approval>('/api/people', who),
    onSuccess: () => {
      setName('');
      touch(['approvals'], ['threads']);
    },
  });
  const wrong = invite.error instanceof ApiProblem ? invite.error.fields.find((field) => field.name === 'name')?.message : undefined;
  return (
    <form
      className="grid gap-4 rounded-xl border bg-panel p-4 shadow-lift"
      aria-label="Invite somebody"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '' && !invite.isPending) invite.mutate({ name: name.trim(), role });
      }}
    >
      <h2 className="font-semibold">Invite somebody</h2>
      {invite.error ? (
        <Notice tone="bad" role="alert">
          {sentenceOf(invite.error)}
        </Notice>
      ) : null}
      {invite.data ? <Proposed approval={invite.data} /> : null}
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Field id={`${id}-name`} label="Name" problem={wrong}>
          <Input
            id={`${id}-name`}
            value={name}
            autoComplete="off"
            aria-describedby={`${id}-name-note`}
            aria-invalid={wrong !== undefined}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Field id={`${id}-role`} label="Role" hint={`Each role may do what the ones above it may; this one also ${ROLE_MEANS[role]}.`}>
          <Select
            id={`${id}-role`}
            value={role}
            aria-describedby={`${id}-role-note`}
            onChange={(event) => (isRole(event.target.value) ? setRole(event.target.value) : undefined)}
          >
            {INVITABLE.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <Button type="submit" tone="primary" className="justify-self-start" busy={invite.isPending} barred={name.trim() === ''}>
        Propose the invitation
      </Button>
    </form>
  );
};
