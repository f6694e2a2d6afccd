import { z } from 'zod';
import type { PolicyDocument } from '../db/policy-document.ts';
import { definePolicyTool } from './policy-tool.ts';
import { field } from './tool.ts';

const TIME = /^(?:([01]?\d|2[0-3])(?::([0-5]\d))?|none)$/;
const WRONG = 'A time of quiet hours is written like 22:00; from none there are no quiet hours.';

const time = () =>
  z
    .string()
    .trim()
    .regex(TIME, WRONG)
    .overwrite((text) =>
      text.replace(TIME, (whole, hours?: string, minutes = '00') => (hours ? `${hours.padStart(2, '0')}:${minutes}` : whole)),
    );

const Input = z
  .strictObject({
    from: time().meta(field({ title: 'Quiet from (22:00, or none)', control: 'line', slot: 'name' })),
    to: time()
      .optional()
      .meta(field({ title: 'Quiet until', control: 'line', slot: 'name' })),
  })
  .refine(({ from, to }) => from === 'none' || (to !== undefined && to !== 'none' && to !== from), {
    error: 'Say from when until when, such as 22:00 and 07:00. They cannot be the same.',
    path: ['to'],
  });
type Input = z.output<typeof Input>;

const hoursOf = ({ from, to }: Input): PolicyDocument['quietHours'] => (from === 'none' || to === undefined ? null : { from, to });

/** Sets when agents on autopilot propose instead of acting, and nobody is reminded. */
export const setQuietHours = definePolicyTool({
  name: 'set_quiet_hours',
  slash: 'quiet_hours',
  title: 'Set quiet hours',
  summary: 'Sets the hours in which autopilot only proposes and nobody is reminded, by the clocks of the project',
  examples: ['set quiet hours from 22:00 to 07:00'],
  phrases: ['set quiet hours from {from} to {to}', 'set the quiet hours from {from} to {to}', 'set quiet hours to {from}'],
  input: Input,
  target: () => 'quiet hours',
  apply: (input, document) => ({ ...document, quietHours: hoursOf(input) }),
  done(input) {
    const hours = hoursOf(input);
    return hours ? `It is quiet from ${hours.from} to ${hours.to} now` : 'There are no quiet hours any more';
  },
  undo: (_input, { quietHours }) => ({ tool: 'set_quiet_hours', input: quietHours ? { ...quietHours } : { from: 'none' } }),
});
