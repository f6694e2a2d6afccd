import { like } from 'drizzle-orm';
import { z } from 'zod';
import { schedules } from '../db/tables/schedules.ts';
import { makeSchedule, undoSchedule } from './make-schedule.ts';
import { line } from './plain-text.ts';
import { isFrequent, settleTiming, timingChanges, timingFields } from './schedule-fields.ts';
import { defineTool, field, type InnerAction, type ToolContext } from './tool.ts';

/** Where people are named instead of a channel. */
const PEOPLE: Record<string, string> = {
  me: 'here',
  us: 'here',
  here: 'here',
  team: 'general',
  everyone: 'general',
  everybody: 'general',
  all: 'general',
};

const WHERE = 'A reminder goes to me, to the team, or to a channel such as #general.';

const Input = z
  .strictObject({
    text: line({ max: 1000, empty: 'Say what to be reminded of.' }).meta(field({ title: 'Reminder', control: 'line', slot: 'words' })),
    ...timingFields,
    where: z
      .string()
      .trim()
      .toLowerCase()
      .regex(/^(the )?#?[a-z0-9][a-z0-9-]{0,49}$/, WHERE)
      // The one form that is shown, approved and run: `here`, or the name of a channel.
      .overwrite((said) => {
        const name = said.replace(/^the /, '');
        return Object.hasOwn(PEOPLE, name) ? (PEOPLE[name] ?? name) : name.replace(/^#/, '');
      })
      .default('here')
      .meta(field({ title: 'Where', control: 'line', slot: 'channel' })),
  })
  .check(settleTiming);
type Input = z.output<typeof Input>;

const inner = ({ where, text }: Input): InnerAction =>
  where === 'here'
    ? { tool: 'post_reminder', input: { text } }
    : { tool: 'send_message', input: { channel: where, content: `Reminder: ${text}` } };

const LONGEST_NAME = 60;

/** A name that no other has: reminders are named by what they say, and two may say the same. */
const freeName = async ({ tx }: ToolContext, text: string): Promise<string> => {
  const name = [...text].slice(0, LONGEST_NAME).join('');
  const taken = await tx
    .select({ name: schedules.name })
    .from(schedules)
    .where(like(schedules.name, `${name.replaceAll(/[\\%_]/g, '\\$&')}%`));
  const names = new Set(taken.map((one) => one.name));
  if (!names.has(name)) return name;
  let number = 2;
  while (names.has(`${name} (${number})`)) number += 1;
  return `${name} (${number})`;
};

/** Says something later, or again and again: a schedule whose one action posts the text. */
export const remind = defineTool({
  name: 'remind',
  slash: 'remind',
  title: 'Set a reminder',
  summary: 'Posts a reminder at a time that is to come, once or again and again, in this conversation or in a channel',
  examples: [
    'remind the team every weekday at 9 to post their numbers',
    'remind me tomorrow at 8 to call Bob',
    'set a reminder for Friday at noon to pay the rent',
  ],
  phrases: [
    'remind {where} {schedule_expr} to {text}',
    'remind the {where} {schedule_expr} to {text}',
    'remind {where} to {text} {schedule_expr}',
    'remind the {where} to {text} {schedule_expr}',
    'remind {where} {schedule_expr} that {text}',
    'remind {where} {schedule_expr}: {text}',
    'remind {where} {schedule_expr} about {text}',
    'remind {where} about {text} {schedule_expr}',
    '{schedule_expr} remind {where} to {text}',
    '{schedule_expr} remind the {where} to {text}',
    'set a reminder for {schedule_expr} to {text}',
    'set a reminder {schedule_expr} to {text}',
  ],
  effect: 'write',
  replay: 'transactional',
  version: 1,
  input: Input,
  account: 'wilco',
  target: ({ where }) => (where === 'here' ? 'this conversation' : `#${where}`),
  risk: (input) => (isFrequent(input) ? 'med' : 'low'),
  inner: (input) => [inner(input)],
  complete: async (input, { timeZone }) => ({ ...input, time_zone: input.time_zone ?? timeZone }),
  async preview(input) {
    const { often, next } = timingChanges(input, new Date());
    const where = input.where === 'here' ? 'in this conversation' : `in #${input.where}`;
    return {
      changes: [`Posts “Reminder: ${input.text}” ${where}: ${often}`, next ?? 'That moment has passed: it would be refused'],
      reversible: 'Can be paused or deleted at any time; what was posted by then stays',
    };
  },
  undo: undoSchedule,
  async execute(input, ctx) {
    return makeSchedule(ctx, { ...input, name: await freeName(ctx, input.text), tool: inner(input).tool });
  },
});
