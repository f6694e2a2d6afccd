import { useEffect, useId, useRef, useState } from 'react';
import { type FormField, fieldsOf, readBack, writeOut } from '../../../src/dispatch/form-fields.ts';
import { Button } from '../ui/button.tsx';
import { Field, Input, Select, Textarea } from '../ui/field.tsx';

type ControlProps = { id: string; field: FormField; text: string; invalid: boolean; onChange: (text: string) => void };

const TALL: ReadonlySet<FormField['control']> = new Set(['text', 'list', 'json']);

const Choice = ({ id, field, text, invalid, onChange }: ControlProps) => (
  <Select id={id} value={text} aria-describedby={`${id}-note`} aria-invalid={invalid} onChange={(event) => onChange(event.target.value)}>
    {field.required ? null : <option value="">(none)</option>}
    {(field.control === 'truth' ? ['true', 'false'] : field.choices).map((choice) => (
      <option key={choice} value={choice}>
        {field.control === 'truth' ? (choice === 'true' ? 'Yes' : 'No') : choice}
      </option>
    ))}
  </Select>
);

const Control = (props: ControlProps) => {
  const { id, field, text, invalid, onChange } = props;
  const shared = { id, value: text, 'aria-describedby': `${id}-note`, 'aria-invalid': invalid };
  if (field.control === 'choice' || field.control === 'truth') return <Choice {...props} />;
  if (TALL.has(field.control)) {
    return (
      <Textarea
        {...shared}
        rows={6}
        spellCheck={field.control === 'text'}
        className="font-mono md:text-[0.8125rem]"
        onChange={(event) => onChange(event.target.value)}
      />
    );
  }
  const type = field.control === 'date' ? 'date' : 'text';
  return (
    <Input
      {...shared}
      type={type}
      {...(field.control === 'number' ? { inputMode: 'decimal' } : {})}
      autoComplete="off"
      onChange={(event) => onChange(event.target.value)}
    />
  );
};

type SchemaFormProps = {
  schema: Record<string, unknown>;
  values: Record<string, unknown>;
  problems: readonly { name: string; message: string }[];
  busy: boolean;
  /** What its button says. */
  submitLabel: string;
  onSubmit: (values: Record<string, unknown>) => void;
  onCancel: () => void;
};

type Read = { values: Record<string, unknown>; problems: Record<string, string> };

/** Untouched fields keep their exact value: only what was typed anew is read back. */
const readAll = (fields: readonly FormField[], texts: Record<string, string>, before: Record<string, unknown>): Read => {
  const values: Record<string, unknown> = { ...before };
  const problems: Record<string, string> = {};
  for (const field of fields) {
    const text = texts[field.name];
    if (text === undefined) continue;
    const read = readBack(field, text);
    if ('problem' in read) problems[field.name] = read.problem;
    else if (read.value === undefined) delete values[field.name];
    else values[field.name] = read.value;
  }
  return { values, problems };
};

/** A form made from a tool's JSON Schema. */
export const SchemaForm = ({ schema, values, problems, busy, onSubmit, onCancel, submitLabel }: SchemaFormProps) => {
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const fields = fieldsOf(schema);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('input, textarea, select')?.focus();
  }, []);
  const [texts, setTexts] = useState<Record<string, string>>({});
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const problemOf = (name: string): string | undefined =>
    wrong[name] ?? problems.find((problem) => problem.name === name || problem.name.startsWith(`${name}.`))?.message;
  const submit = (): void => {
    const read = readAll(fields, texts, values);
    setWrong(read.problems);
    if (Object.keys(read.problems).length === 0) onSubmit(read.values);
  };
  return (
    <form
      ref={form}
      className="grid gap-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {fields.map((field) => {
        const problem = problemOf(field.name);
        const key = `${id}-${field.name}`;
        return (
          <Field
            key={field.name}
            id={key}
            label={field.label}
            hint={field.control === 'list' ? (field.hint ?? 'One per line.') : field.hint}
            problem={problem}
            optional={!field.required}
          >
            <Control
              id={key}
              field={field}
              text={texts[field.name] ?? writeOut(field, values[field.name])}
              invalid={problem !== undefined}
              onChange={(text) => setTexts({ ...texts, [field.name]: text })}
            />
          </Field>
        );
      })}
      <div className="flex flex-wrap gap-2 pt-1">
        <Button type="submit" tone="primary" busy={busy}>
          {submitLabel}
        </Button>
        <Button tone="ghost" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
};
