import { ruleInWords, untilInWords } from '../tools/autopilot-words.ts';
import type { Standing } from './standing.ts';

/** Who let it run, where nobody was asked; null where people decide. */
export const autopilotSays = ({ autopilot }: Pick<Standing, 'autopilot'>): string | null => {
  if (!autopilot) return null;
  const { rule, ruleId, signer } = autopilot;
  if (!rule) return `Autopilot, by the rule “${ruleId}”, signed by ${signer}`;
  return `Autopilot, by the rule “${ruleInWords(rule)}”, signed by ${signer}, until ${untilInWords(rule.until)}`;
};
