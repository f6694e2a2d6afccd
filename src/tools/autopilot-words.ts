import type { AutopilotRule } from '../db/policy-document.ts';
import { dayInWords } from './calendar-day.ts';
import { inWords } from './condition-words.ts';

type Said = Pick<AutopilotRule, 'agent' | 'tools' | 'risks' | 'where'>;

const RISK = { low: 'low', med: 'medium', high: 'high' } as const;

/** What a signed rule lets an agent do, in words: `create_task by @qualifier, of low risk, when priority <= 5`. */
export const ruleInWords = ({ agent, tools, risks, where }: Said): string => {
  const risk = risks ? [`of ${risks.map((one) => RISK[one]).join(' or ')} risk`] : [];
  const when = where ? [`when ${where.map(inWords).join(' and ')}`] : [];
  return [`${tools.join(', ')} by @${agent}`, ...risk, ...when].join(', ');
};

/** When a rule ends: `Saturday 28 November 2026, 00:00 UTC`. */
export const untilInWords = (until: string): string => {
  const iso = new Date(until).toISOString();
  return `${dayInWords(iso.slice(0, 10))}, ${iso.slice(11, 16)} UTC`;
};
