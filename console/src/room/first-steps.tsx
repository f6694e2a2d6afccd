import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { sentenceOf } from '../api/problem.ts';
import { meQuery } from '../api/queries.ts';
import { usePreferenceChange } from '../notifications/preferences.ts';
import { preferencesQuery } from '../notifications/queries.ts';
import { ownZone, ZoneField } from '../settings/zone-field.tsx';
import { Button } from '../ui/button.tsx';
import { Field, Input } from '../ui/field.tsx';

/** What an installation calls its first person until they say otherwise. */
const UNNAMED = 'Owner';

const Form = ({ name: given }: { name: string }) => {
  const id = useId();
  const [name, setName] = useState(given === UNNAMED ? '' : given);
  const [timeZone, setTimeZone] = useState(ownZone());
  const change = usePreferenceChange();
  const named = name.trim();
  return (
    <form
      className="grid items-start gap-4 px-4 pb-4 sm:grid-cols-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (!change.isPending) change.mutate({ guided: true, timeZone, ...(named && named !== given ? { name: named } : {}) });
      }}
    >
      <Field
        id={`${id}-name`}
        label="Your name"
        problem={change.error ? sentenceOf(change.error) : undefined}
        hint="It stands on every card that you decide."
      >
        <Input
          id={`${id}-name`}
          value={name}
          maxLength={100}
          autoComplete="name"
          placeholder={given}
          aria-invalid={change.isError}
          aria-describedby={`${id}-name-note`}
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <ZoneField id={`${id}-zone`} value={timeZone} onChange={setTimeZone} />
      <div className="flex flex-wrap gap-2 sm:col-span-2">
        <Button type="submit" tone="primary" busy={change.isPending}>
          Save
        </Button>
        <Button tone="ghost" onClick={() => change.mutate({ guided: true })}>
          Skip
        </Button>
      </div>
    </form>
  );
};

/** The owner's first visit: who they are and when it is for them. Everything else works meanwhile, and it never comes back. */
export const FirstSteps = () => {
  const me = useQuery(meQuery).data;
  const mine = useQuery(preferencesQuery).data;
  const [begun] = useState(() => ({ shown: false }));
  if (me?.person.role !== 'owner' || !mine) return null;
  if (mine.guided) {
    if (!begun.shown) return null;
    return (
      <p role="status" className="rounded-xl border border-good-line bg-good-soft px-4 py-3 text-good text-sm">
        {mine.name === UNNAMED ? 'All set.' : `All set, ${mine.name}.`} Now press one of these, and approve its card: that is all there is
        to it.
      </p>
    );
  }
  begun.shown = true;
  return (
    <section aria-labelledby="first-steps" className="rounded-xl border bg-panel shadow-lift">
      <h2 id="first-steps" className="px-4 pt-3 pb-2 font-semibold text-sm">
        First, who are you?
      </h2>
      <Form name={mine.name} />
    </section>
  );
};
