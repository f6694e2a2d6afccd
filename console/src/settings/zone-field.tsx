import { useMemo } from 'react';
import { Field, Select } from '../ui/field.tsx';

export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

const timeIn = (timeZone: string): string =>
  new Intl.DateTimeFormat(undefined, { timeZone, hour: '2-digit', minute: '2-digit' }).format(new Date());

type ZoneFieldProps = { id: string; value: string; onChange: (zone: string) => void };

/** Every zone that the browser knows, its own first. */
export const ZoneField = ({ id, value, onChange }: ZoneFieldProps) => {
  const zones = useMemo(() => [...new Set([ownZone(), value, 'UTC', ...Intl.supportedValuesOf('timeZone')])], [value]);
  return (
    <Field id={id} label="Time zone" hint={`It is ${timeIn(value)} there now. Dates that you write are meant in it.`}>
      <Select id={id} value={value} aria-describedby={`${id}-note`} onChange={(event) => onChange(event.target.value)}>
        {zones.map((zone) => (
          <option key={zone} value={zone}>
            {zone.replaceAll('_', ' ')}
          </option>
        ))}
      </Select>
    </Field>
  );
};
