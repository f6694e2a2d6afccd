import type { UnitPrices } from '../../db/tables/models.ts';
import type { ModelUsage } from './port.ts';

/** US dollars for a million tokens, as of 20 November 2026. `LLM_PRICES` adds to these and overrides them. */
const PRICES: Record<string, UnitPrices> = {
  'claude-sonnet-5-5': { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
  'claude-opus-5-5': { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 },
};

/** A model's prices; a dated snapshot (`claude-sonnet-5-5-20261001`) costs what its name does. Undefined: nobody knows, and nothing is guessed. */
export const pricesOf = (model: string, own: Readonly<Record<string, UnitPrices>>): UnitPrices | undefined => {
  const known = new Map([...Object.entries(PRICES), ...Object.entries(own)]);
  return known.get(model) ?? known.get(model.replace(/[-@]\d{8}$/, ''));
};

/** A dollar for a million tokens is a millionth of a dollar for one. */
export const costOf = (usage: ModelUsage, prices: UnitPrices): number =>
  Math.ceil(
    usage.inputTokens * prices.input +
      usage.outputTokens * prices.output +
      usage.cacheReadTokens * prices.cacheRead +
      usage.cacheWriteTokens * prices.cacheWrite,
  );

/** What a call can use at most, by the same reckoning as what it can cost. */
export const highestTokens = (characters: number, maxTokens: number): number => Math.ceil(characters / 2) + maxTokens;

/** What a call can cost at most, but for a tokenizer that makes more of a text than one token of two characters. */
export const highestCost = (characters: number, maxTokens: number, prices: UnitPrices): number =>
  Math.ceil((characters / 2) * Math.max(prices.input, prices.cacheWrite) + maxTokens * prices.output);
