import { z } from 'zod';
import { ok } from '../result.ts';
import { changePolicy, NO_POLICY, policyNow, policyVersionsFrom } from './policy-change.ts';
import { POWER } from './power.ts';
import { defineTool, field, type PreviewContext, type Undo } from './tool.ts';

const TIME = 'Write a time such as 18:00, or off.';

const Input = z.strictObject({
  time: z
    .union([z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, TIME), z.literal('off')], TIME)
    .meta(field({ title: 'Time, or off', control: 'line', slot: 'name' })),
});

const inWords = (time: string | null): string => time ?? 'off';
const stored = (time: string): string | null => (time === 'off' ? null : time);

const takeBack = async (ctx: PreviewContext, data: Record<string, unknown>): Promise<Undo> => {
  const [before, set, ...since] = await policyVersionsFrom(ctx, data);
  if (!before || !set) return { ok: false, why: 'The time before it is not known.' };
  if (before.digestAt === set.digestAt) return { ok: false, why: 'It changed nothing, so there is nothing to take back.' };
  if (since.some(({ digestAt }) => digestAt !== set.digestAt)) return { ok: false, why: 'The time has been changed since.' };
  return { ok: true, tool: 'set_digest', input: { time: inWords(before.digestAt) } };
};

/** Sets when the digest of the day is posted in the team room, on the project's clock. */
export const setDigest = defineTool({
  name: 'set_digest',
  slash: 'digest-at',
  title: 'Set the time of the digest',
  summary: "Sets when the digest of the day is posted in the team room, by the project's clock, or turns it off",
  examples: ['set the digest to 17:30', 'turn the digest off'],
  phrases: ['set the digest to {time}', 'post the digest at {time}', 'turn the digest {time}'],
  ...POWER,
  version: 1,
  input: Input,
  target: () => 'digest of the day',
  async preview({ time }, { db, projectId }) {
    const now = await policyNow(db, projectId);
    if (!now) return { changes: [`Would be refused: ${NO_POLICY.error.message}`], reversible: 'Nothing changes' };
    return {
      changes: [`Digest of the day: ${inWords(now.document.digestAt)} → ${time}`],
      reversible: 'Can be undone by setting the time back',
    };
  },
  undo: ({ data }, ctx) => takeBack(ctx, data),
  async execute({ time }, ctx) {
    const digestAt = stored(time);
    const changed = await changePolicy(ctx, {
      kind: 'policy.changed',
      data: { digestAt },
      apply: (document) => ({ ...document, digestAt }),
    });
    if (!changed.ok) return changed;
    const summary = digestAt ? `The digest of the day comes at ${digestAt}` : 'There is no digest of the day any more';
    return ok({ summary, data: { version: changed.value } });
  },
});
