import { useId, useState } from 'react';
import type { AgentDetail } from '../../../src/web/agent-schemas.ts';
import { Button } from '../ui/button.tsx';
import { Field, Input, Textarea } from '../ui/field.tsx';
import { GrantsField } from './grants-field.tsx';

type Texts = {
  prompt: string;
  name: string;
  key: string;
  summary: string;
  domain: string;
  model: string;
  maxSteps: string;
  concurrency: string;
};

const EMPTY: Texts = { prompt: '', name: '', key: '', summary: '', domain: '', model: '', maxSteps: '', concurrency: '' };

const textsOf = ({ name, key, summary, domain, config }: AgentDetail): Texts => ({
  prompt: config.prompt,
  name,
  key,
  summary,
  domain,
  model: config.model ?? '',
  maxSteps: String(config.maxSteps),
  concurrency: String(config.concurrency),
});

const toolsOf = (agent: AgentDetail | undefined): string[] => (agent ? [...(agent.tools ?? ['all'])] : []);

const NUMBERS = new Set(['maxSteps', 'concurrency']);
const written = (name: string, text: string): unknown => {
  if (name === 'model' && text === '') return 'usual';
  return NUMBERS.has(name) && text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
};

/** What is to be sent: of a new agent what was filled in, of one that is there only what is another now. */
const bodyOf = (texts: Texts, tools: readonly string[], agent: AgentDetail | undefined): Record<string, unknown> => {
  const before = agent ? textsOf(agent) : EMPTY;
  const names = Object.keys(texts) as (keyof Texts)[];
  const changed = names
    .filter((name) => texts[name].trim() !== before[name].trim())
    .map((name) => [name, written(name, texts[name].trim())]);
  const was = toolsOf(agent).toSorted().join(' ');
  return { ...Object.fromEntries(changed), ...(tools.toSorted().join(' ') === was ? {} : { tools: [...tools] }) };
};

type FormProps = {
  /** The one that is to be changed; absent for a new one. */
  agent: AgentDetail | undefined;
  problems: Readonly<Record<string, string>>;
  busy: boolean;
  onSubmit: (body: Record<string, unknown>) => void;
  onCancel: () => void;
};

const LINES: readonly { name: keyof Texts; label: string; hint: string; only?: 'new' }[] = [
  { name: 'name', label: 'Name', hint: 'Drafted from the description when left empty.' },
  { name: 'key', label: 'Key', hint: 'How people address it: @payment-watcher. Drafted from the name.', only: 'new' },
  { name: 'summary', label: 'What for', hint: 'One line for lists.' },
  { name: 'domain', label: 'Domain', hint: 'The area that it works in; policies and stops go by it, too.' },
  { name: 'model', label: 'Model', hint: 'Another one of the same provider; empty: the one that is set up.' },
  { name: 'maxSteps', label: 'Steps of a run at most', hint: '1 to 50; 12 where nothing is said.' },
  { name: 'concurrency', label: 'Runs at a time', hint: '1 to 10; 10 where nothing is said.' },
];

/** A configuration to be proposed. A description is enough for a new agent: the card shows what was made of it. */
export const AgentForm = ({ agent, problems, busy, onSubmit, onCancel }: FormProps) => {
  const id = useId();
  const [texts, setTexts] = useState<Texts>(agent ? textsOf(agent) : EMPTY);
  const [tools, setTools] = useState(toolsOf(agent));
  const set = (name: keyof Texts) => (text: string) => setTexts((before) => ({ ...before, [name]: text }));
  const body = bodyOf(texts, tools, agent);
  const ready = Object.keys(body).length > 0 && (agent !== undefined || texts.prompt.trim() !== '' || texts.key.trim() !== '');
  return (
    <form
      className="grid gap-5"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !busy) onSubmit(body);
      }}
    >
      <Field
        id={`${id}-prompt`}
        label={agent ? 'Prompt' : 'What it does'}
        hint={
          agent
            ? 'What a model is told of its part.'
            : 'In your words: “watches failed payments every hour and drafts a mail to the customer”.'
        }
        problem={problems.prompt}
      >
        <Textarea
          id={`${id}-prompt`}
          rows={agent ? 8 : 3}
          value={texts.prompt}
          aria-describedby={`${id}-prompt-note`}
          aria-invalid={problems.prompt !== undefined}
          onChange={(event) => set('prompt')(event.target.value)}
        />
      </Field>
      <GrantsField
        none={agent ? 'none: it only answers' : 'drafted from your words where none is chosen'}
        chosen={tools}
        onChange={setTools}
      />
      {problems.tools ? (
        <p role="alert" className="-mt-3 text-[0.8125rem] text-bad">
          {problems.tools}
        </p>
      ) : null}
      <div className="grid items-start gap-4 sm:grid-cols-2">
        {LINES.filter(({ only }) => !agent || only !== 'new').map(({ name, label, hint }) => (
          <Field key={name} id={`${id}-${name}`} label={label} hint={hint} problem={problems[name]} optional={!agent}>
            <Input
              id={`${id}-${name}`}
              value={texts[name]}
              autoComplete="off"
              {...(NUMBERS.has(name) ? { inputMode: 'numeric' as const } : {})}
              aria-describedby={`${id}-${name}-note`}
              aria-invalid={problems[name] !== undefined}
              onChange={(event) => set(name)(event.target.value)}
            />
          </Field>
        ))}
      </div>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" tone="primary" busy={busy} barred={!ready}>
          {agent ? 'Propose the change' : 'Propose the agent'}
        </Button>
        <Button tone="ghost" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
};
