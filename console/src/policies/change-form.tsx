import { useMutation, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { DryRunInfo } from '../../../src/web/policy-schemas.ts';
import type { Approval } from '../../../src/web/schemas.ts';
import { post } from '../api/call.ts';
import { touch } from '../api/live.ts';
import { ApiProblem, sentenceOf } from '../api/problem.ts';
import { toolsQuery } from '../api/queries.ts';
import { Difference } from '../card/difference.tsx';
import { SchemaForm } from '../card/schema-form.tsx';
import { go, pathTo } from '../router.tsx';
import { Button } from '../ui/button.tsx';
import { Field, Select } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';

/** What of the policy a form can change, in the order in which people look for it. */
const CHANGES = ['set_rule', 'remove_rule', 'set_content', 'set_platform', 'set_quiet_hours', 'set_expiry', 'set_ladder'];

export type Change = { tool: string; input: Record<string, unknown> };

type FoundProps = { found: DryRunInfo; busy: boolean; onPropose: () => void; onBack: () => void };

/** What the change would do, before anybody is asked for it. */
const Found = ({ found, busy, onPropose, onBack }: FoundProps) => (
  <div className="grid gap-4" role="status">
    {found.difference === '' ? (
      <Notice tone="info">The policy says that already: nothing would change.</Notice>
    ) : (
      <Difference text={found.difference} calm />
    )}
    <ul className="grid list-disc gap-1 pl-5 text-sm">
      {found.lines.map((line) => (
        <li key={line} className="told">
          {line}
        </li>
      ))}
    </ul>
    {found.refused === null ? null : (
      <Notice tone="bad" role="alert">
        {found.refused}
      </Notice>
    )}
    <div className="flex flex-wrap gap-2">
      <Button tone="primary" busy={busy} barred={found.refused !== null || found.difference === ''} onClick={onPropose}>
        Propose it
      </Button>
      <Button tone="ghost" onClick={onBack}>
        Change it
      </Button>
    </div>
  </div>
);

type ChangeFormProps = { start: Change; onClose: () => void };

/** One change of the policy: filled in, tried on the last month, and then proposed as a card. */
export const ChangeForm = ({ start, onClose }: ChangeFormProps) => {
  const id = useId();
  const tools = useQuery(toolsQuery).data?.items ?? [];
  const [change, setChange] = useState(start);
  const tool = tools.find(({ name }) => name === change.tool);
  const dry = useMutation({ mutationFn: (wanted: Change) => post<DryRunInfo>('/api/policy/dry-run', wanted) });
  const propose = useMutation({
    mutationFn: (wanted: Change) => post<Approval>('/api/policy/changes', wanted),
    onSuccess: (approval) => go(pathTo.approval(approval.id)),
    onSettled: () => touch(['approvals'], ['threads']),
  });
  const thrown = propose.error ?? dry.error;
  return (
    <section className="mb-8 grid gap-4 rounded-xl border bg-panel p-4 shadow-lift" aria-label="Change the policy">
      {thrown ? (
        <Notice tone="bad" role="alert">
          {sentenceOf(thrown)}
        </Notice>
      ) : null}
      {dry.data ? (
        <Found found={dry.data} busy={propose.isPending} onPropose={() => propose.mutate(change)} onBack={() => dry.reset()} />
      ) : (
        <>
          <Field id={id} label="What to change" hint={tool?.summary}>
            <Select
              id={id}
              value={change.tool}
              aria-describedby={`${id}-note`}
              onChange={(event) => setChange({ tool: event.target.value, input: {} })}
            >
              {tools
                .filter(({ name }) => CHANGES.includes(name))
                .map(({ name, title }) => (
                  <option key={name} value={name}>
                    {title}
                  </option>
                ))}
            </Select>
          </Field>
          {tool ? (
            <SchemaForm
              key={change.tool}
              schema={tool.input}
              values={change.input}
              problems={dry.error instanceof ApiProblem ? dry.error.fields : []}
              busy={dry.isPending}
              submitLabel="See what it would do"
              onSubmit={(input) => {
                setChange({ tool: change.tool, input });
                dry.mutate({ tool: change.tool, input });
              }}
              onCancel={onClose}
            />
          ) : null}
        </>
      )}
    </section>
  );
};
