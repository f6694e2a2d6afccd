import { useId, useState } from 'react';
import type { MyPreferences } from '../../../src/web/notification-schemas.ts';
import { sentenceOf } from '../api/problem.ts';
import { usePreferenceChange } from '../notifications/preferences.ts';
import { Button } from '../ui/button.tsx';
import { Field, Input, Select } from '../ui/field.tsx';
import { Panel } from '../ui/panel.tsx';
import { toast } from '../ui/toast.tsx';
import { ZoneField } from './zone-field.tsx';

/** What others call this person, and whose clock their dates go by. */
export const Profile = ({ mine }: { mine: MyPreferences }) => {
  const id = useId();
  const [name, setName] = useState(mine.name);
  const [timeZone, setTimeZone] = useState(mine.timeZone);
  const change = usePreferenceChange();
  const same = name.trim() === mine.name && timeZone === mine.timeZone;
  return (
    <Panel title="Profile">
      <form
        className="grid gap-4 px-4 pt-1 pb-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!same && name.trim() !== '')
            change.mutate({ ...(name.trim() === mine.name ? {} : { name: name.trim() }), timeZone }, { onSuccess: () => toast('Saved.') });
        }}
      >
        <Field
          id={`${id}-name`}
          label="Name"
          problem={change.error ? sentenceOf(change.error) : undefined}
          hint="Cards that stand already keep the name of then."
        >
          <Input
            id={`${id}-name`}
            value={name}
            maxLength={100}
            autoComplete="name"
            aria-invalid={change.isError}
            aria-describedby={`${id}-name-note`}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <ZoneField id={`${id}-zone`} value={timeZone} onChange={setTimeZone} />
        <Field id={`${id}-language`} label="Language" hint="Wilco speaks English only.">
          <Select id={`${id}-language`} value={mine.language} aria-describedby={`${id}-language-note`} onChange={() => undefined}>
            <option value="en">English</option>
          </Select>
        </Field>
        <Button type="submit" tone="primary" className="justify-self-start" busy={change.isPending} barred={same || name.trim() === ''}>
          Save
        </Button>
      </form>
    </Panel>
  );
};
