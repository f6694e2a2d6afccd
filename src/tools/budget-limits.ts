import { type Per, PROJECT, projectLimits } from '../db/budgets.ts';
import { type PolicyDocument, SpendingLimits } from '../db/policy-document.ts';
import type { Kind } from './budget-words.ts';

/** One of the numbers that a policy may limit. */
export type Slot = { who: string; per: Per; kind: Kind };

const FIELD = {
  day: { micros: 'dayMicros', tokens: 'dayTokens' },
  month: { micros: 'monthMicros', tokens: 'monthTokens' },
} as const satisfies Record<Per, Record<Kind, keyof SpendingLimits>>;

const NONE = SpendingLimits.parse({});

/** The limit that counts now; null: none. */
export const limitAt = (document: PolicyDocument, { who, per, kind }: Slot): number | null => {
  const limits = who === PROJECT ? projectLimits(document) : (document.limits.agents[who] ?? NONE);
  return limits[FIELD[per][kind]];
};

/** The document with this one limit set, or lifted. An agent without any limit is not named any more. */
export const withLimit = (document: PolicyDocument, { who, per, kind }: Slot, amount: number | null): PolicyDocument => {
  const { project, agents } = document.limits;
  const field = FIELD[per][kind];
  if (who === PROJECT) {
    // The older daily limit is the project's day: there is one number to look at, whichever words set it.
    const next = { ...NONE, ...project, [field]: field === 'dayMicros' ? null : amount };
    const dailyLimitMicros = field === 'dayMicros' ? amount : document.dailyLimitMicros;
    const { project: _before, ...rest } = document.limits;
    const limits = Object.values(next).every((one) => one === null) ? rest : { ...rest, project: next };
    return { ...document, dailyLimitMicros, limits };
  }
  const { [who]: before = NONE, ...others } = agents;
  const next = { ...before, [field]: amount };
  const kept = Object.values(next).every((one) => one === null) ? others : { ...others, [who]: next };
  return { ...document, limits: { ...document.limits, agents: kept } };
};

/** Less than before: what may be had at once. */
export const lowers = (before: number | null, after: number | null): boolean => after !== null && (before === null || after < before);
