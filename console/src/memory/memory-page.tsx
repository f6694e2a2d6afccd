import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useDeferredValue, useState } from 'react';
import type { FactInfo } from '../../../src/web/fact-schemas.ts';
import { del, post } from '../api/call.ts';
import { touch } from '../api/live.ts';
import { sentenceOf } from '../api/problem.ts';
import { agentsQuery, list } from '../api/queries.ts';
import { Link, pathTo } from '../router.tsx';
import { Page } from '../shell/page.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, Input, Select, Textarea } from '../ui/field.tsx';
import { Age } from '../ui/moment.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { toast } from '../ui/toast.tsx';

const ALL = 'common';

const factsQuery = ({ agent, words }: { agent: string; words: string }) =>
  list<FactInfo>(['facts', agent, words], `/api/facts?${new URLSearchParams({ agent, q: words })}`);

type Draft = { text: string; agent: string };

/** An edit is another fact in the place of the one before: what was known when stays honest, and the old words are gone. */
const keep = async ({ text, agent }: Draft, instead: FactInfo | undefined): Promise<void> => {
  const agentKey = agent === ALL ? null : agent;
  if (instead && instead.text === text.trim() && instead.agentKey === agentKey) return;
  const kept = await post<{ id: string; known: boolean }>('/api/facts', { text, agentKey });
  if (instead && kept.id !== instead.id) await del(`/api/facts/${instead.id}`);
};

type AgentSelectProps = { id?: string; label?: string; value: string; any?: string; onChange: (key: string) => void };

const AgentSelect = ({ id, label, value, any, onChange }: AgentSelectProps) => {
  const agents = useQuery(agentsQuery).data?.items ?? [];
  return (
    <Select id={id} aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
      {any === undefined ? null : <option value="">{any}</option>}
      <option value={ALL}>For all agents</option>
      {agents.map(({ key, name }) => (
        <option key={key} value={key}>
          For {name} alone
        </option>
      ))}
    </Select>
  );
};

type EditorProps = { fact: FactInfo | undefined; onDone: () => void };

const Editor = ({ fact, onDone }: EditorProps) => {
  const [text, setText] = useState(fact?.text ?? '');
  const [agent, setAgent] = useState(fact ? (fact.agentKey ?? ALL) : ALL);
  const keeps = useMutation({
    mutationFn: () => keep({ text, agent }, fact),
    onSuccess: () => {
      toast('It is remembered.');
      onDone();
    },
    onSettled: () => touch(['facts']),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!keeps.isPending) keeps.mutate();
  };
  return (
    <form className="grid gap-4" onSubmit={submit}>
      <Field
        id="fact-text"
        label="Fact"
        hint="One line, which agents are told as something that was said."
        problem={keeps.isError ? sentenceOf(keeps.error) : undefined}
      >
        <Textarea
          id="fact-text"
          aria-describedby="fact-text-note"
          aria-invalid={keeps.isError}
          required
          maxLength={1000}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </Field>
      <Field id="fact-agent" label="Who is told">
        <AgentSelect id="fact-agent" value={agent} onChange={setAgent} />
      </Field>
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" tone="primary" busy={keeps.isPending}>
          Remember
        </Button>
      </div>
    </form>
  );
};

const Row = ({ fact, onEdit }: { fact: FactInfo; onEdit: () => void }) => {
  const [sure, setSure] = useState(false);
  const forgets = useMutation({
    mutationFn: () => del(`/api/facts/${fact.id}`),
    onSuccess: () => toast('It is forgotten.'),
    onError: (thrown) => toast(sentenceOf(thrown), 'bad'),
    onSettled: () => touch(['facts']),
  });
  const about = `: ${fact.text.slice(0, 60)}`;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 border-b px-4 py-3 last:border-0">
      <div className="min-w-0 flex-1 basis-64">
        <p className="told">{fact.text}</p>
        <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-muted text-sm">
          {fact.agentKey ? <Badge>@{fact.agentKey}</Badge> : null}
          <span className="told">
            {fact.by ?? 'An API key'}, <Age at={fact.at} suffix=" ago" />
          </span>
          {fact.proposalId ? (
            <Link href={pathTo.approval(fact.proposalId)} className="underline">
              by a proposal
            </Link>
          ) : null}
        </p>
      </div>
      <div className="flex gap-2">
        <Button size="sm" aria-label={`Edit${about}`} onClick={onEdit}>
          Edit
        </Button>
        {sure ? (
          <Button
            size="sm"
            tone="solidDanger"
            autoFocus
            busy={forgets.isPending}
            aria-label={`Delete for good${about}`}
            onBlur={() => setSure(false)}
            onClick={() => forgets.mutate()}
          >
            For good?
          </Button>
        ) : (
          <Button size="sm" tone="danger" aria-label={`Delete${about}`} onClick={() => setSure(true)}>
            Delete
          </Button>
        )}
      </div>
    </li>
  );
};

type Editing = { fact: FactInfo | undefined } | undefined;

const Facts = ({ agent, words, onEdit }: { agent: string; words: string; onEdit: (fact: FactInfo) => void }) => {
  const query = useInfiniteQuery(factsQuery({ agent, words }));
  const facts = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {query.isPending ? <Spinner className="size-5 text-muted" /> : null}
      {query.isError ? (
        <Notice tone="bad" role="alert">
          {sentenceOf(query.error)}
        </Notice>
      ) : null}
      {query.isSuccess && facts.length === 0 ? (
        <p className="text-muted">{words === '' && agent === '' ? 'Nothing is remembered yet.' : 'Nothing fits.'}</p>
      ) : null}
      {facts.length > 0 ? (
        <ul className="overflow-hidden rounded-xl border bg-panel shadow-lift">
          {facts.map((fact) => (
            <Row key={fact.id} fact={fact} onEdit={() => onEdit(fact)} />
          ))}
        </ul>
      ) : null}
      {query.hasNextPage ? (
        <Button className="mt-4" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      ) : null}
    </>
  );
};

/** All that is remembered, for people to see, search, change and delete. */
export const MemoryPage = () => {
  const [agent, setAgent] = useState('');
  const [said, setSaid] = useState('');
  const [editing, setEditing] = useState<Editing>();
  const words = useDeferredValue(said.trim());
  return (
    <Page
      title="Memory"
      intro="What agents are told before they begin. Deleted is deleted, together with the lists that showed it."
      action={
        <Button tone="primary" onClick={() => setEditing({ fact: undefined })}>
          Remember something
        </Button>
      }
    >
      <div className="mb-4 grid gap-2 sm:grid-cols-[1fr_auto]">
        <Input
          type="search"
          aria-label="Search what is remembered"
          placeholder="Search"
          value={said}
          onChange={(event) => setSaid(event.target.value)}
        />
        <AgentSelect label="Show what is" value={agent} any="For anybody" onChange={setAgent} />
      </div>
      <Facts agent={agent} words={words} onEdit={(fact) => setEditing({ fact })} />
      <Dialog
        open={editing !== undefined}
        onOpenChange={() => setEditing(undefined)}
        title={editing?.fact ? 'Change what is remembered' : 'Remember something'}
      >
        {editing ? <Editor fact={editing.fact} onDone={() => setEditing(undefined)} /> : null}
      </Dialog>
    </Page>
  );
};
