import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PolicyInfo } from '../../../src/web/policy-schemas.ts';
import { sentenceOf } from '../api/problem.ts';
import { meQuery } from '../api/queries.ts';
import { Difference } from '../card/difference.tsx';
import { Groups } from '../people/groups.tsx';
import { roleAtLeast } from '../people/roles.ts';
import { Link, pathTo } from '../router.tsx';
import { Page } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { fullTime } from '../ui/time.ts';
import { type Change, ChangeForm } from './change-form.tsx';
import { policyQuery } from './queries.ts';

type OnChange = (change: Change) => void;

const BOX = 'overflow-hidden rounded-xl border bg-panel shadow-lift';

const Rules = ({ policy, onChange }: { policy: PolicyInfo; onChange: OnChange | null }) => (
  <section className="mb-8" aria-label="Rules">
    <h2 className="mb-2 font-semibold">Rules</h2>
    <p className="mb-3 text-muted text-sm">The first that fits decides. What changes power asks an admin unless a rule names it.</p>
    <ol className={BOX}>
      {policy.rules.map(({ id, words, input }) => (
        <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b px-4 py-3">
          <div className="min-w-0 flex-1 basis-64">
            <p className="told font-medium">{id}</p>
            <p className="told text-sm">{words}</p>
          </div>
          {onChange ? (
            <div className="flex gap-2">
              <Button size="sm" aria-label={`Change the rule ${id}`} onClick={() => onChange({ tool: 'set_rule', input })}>
                Change
              </Button>
              <Button
                size="sm"
                tone="danger"
                aria-label={`Remove the rule ${id}`}
                onClick={() => onChange({ tool: 'remove_rule', input: { rule: id } })}
              >
                Remove
              </Button>
            </div>
          ) : null}
        </li>
      ))}
      <li className="px-4 py-3">
        <p className="font-medium">Everything else</p>
        <p className="told text-sm">{policy.otherwise}</p>
      </li>
    </ol>
  </section>
);

const Lines = ({ title, lines, none }: { title: string; lines: readonly string[]; none: string }) => (
  <section className="mb-8" aria-label={title}>
    <h2 className="mb-2 font-semibold">{title}</h2>
    <ul className={`${BOX} divide-y`}>
      {(lines.length > 0 ? lines : [none]).map((line) => (
        <li key={line} className="told px-4 py-2.5 text-sm">
          {line}
        </li>
      ))}
    </ul>
  </section>
);

const Versions = ({ versions }: Pick<PolicyInfo, 'versions'>) => (
  <section aria-label="Versions">
    <h2 className="mb-2 font-semibold">Versions</h2>
    <ul className={`${BOX} divide-y`}>
      {versions.map(({ version, at, by, proposalId, difference }) => (
        <li key={version} className="grid grid-cols-1 gap-2 px-4 py-3">
          <p className="text-sm">
            <span className="font-medium">Version {version}</span>
            <span className="told text-muted">
              {' '}
              · {fullTime(at)} · {by ?? (version === 1 ? 'as it shipped' : 'on the command line')}
            </span>
            {proposalId ? (
              <>
                {' '}
                <Link href={pathTo.approval(proposalId)} className="text-accent underline underline-offset-3">
                  Card<span className="sr-only"> of version {version}</span>
                </Link>
              </>
            ) : null}
          </p>
          {difference === '' ? null : (
            <details>
              <summary className="cursor-pointer text-muted text-sm">What it changed</summary>
              <div className="mt-2">
                <Difference text={difference} calm />
              </div>
            </details>
          )}
        </li>
      ))}
    </ul>
  </section>
);

export const PoliciesPage = () => {
  const query = useQuery(policyQuery);
  const me = useQuery(meQuery).data?.person;
  const [change, setChange] = useState<Change | null>(null);
  const mayChange = roleAtLeast(me?.role, 'admin');
  const policy = query.data;
  const action =
    mayChange && !change ? (
      <Button tone="primary" onClick={() => setChange({ tool: 'set_rule', input: {} })}>
        Change the policy
      </Button>
    ) : null;
  return (
    <Page title="Policies" intro="Who has to approve what. Every change is a card that has to be approved itself." action={action}>
      {query.isPending ? <Spinner className="size-5 text-muted" /> : null}
      {query.isError ? (
        <Notice tone="bad" role="alert">
          {sentenceOf(query.error)}
        </Notice>
      ) : null}
      {change ? <ChangeForm key={JSON.stringify(change)} start={change} onClose={() => setChange(null)} /> : null}
      {policy ? (
        <>
          <Rules policy={policy} onChange={mayChange ? setChange : null} />
          <Lines title="Limits" lines={policy.limits} none="No limit" />
          <Lines title="Content and platforms" lines={policy.content} none="Nothing is blocked" />
          <Lines title="Quiet hours, expiry and the ladder" lines={policy.times} none="None" />
          {policy.autonomy.length > 0 ? <Lines title="Autonomy" lines={policy.autonomy} none="" /> : null}
          <Groups />
          <Versions versions={policy.versions} />
        </>
      ) : null}
    </Page>
  );
};
