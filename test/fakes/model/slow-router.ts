import { setTimeout as sleep } from 'node:timers/promises';
import type { Answered, Ask, Router } from '../../../src/agents/router.ts';

const SLOW = /^\s*(slowly|endlessly|briefly|halfway)\s+([\s\S]*)$/;
const STEP_MS = 250;

const write = async (ask: Ask, words: string, steps: number): Promise<void> => {
  const size = Math.ceil(words.length / steps);
  for (let at = 0; at < words.length; at += size) {
    ask.onText?.(words.slice(at, at + size));
    await sleep(STEP_MS, undefined, { signal: ask.signal }).catch(() => undefined);
    if (ask.signal?.aborted) throw ask.signal.reason;
  }
};

/**
 * A router that writes as a model does, where the first word says so: `slowly` what follows, in four seconds; `endlessly` what follows, and
 * then nothing more until nobody waits; `briefly` at once; `halfway` half of what follows, which then turns out to be an order.
 */
export const slowRouter = (otherwise: Router): Router => ({
  name: 'm-slow',
  async route(ask): Promise<Answered> {
    const [, how, words = ''] = SLOW.exec(ask.text) ?? [];
    if (how === undefined) return otherwise.route(ask);
    if (how === 'briefly') await write(ask, words, 1);
    else await write(ask, how === 'halfway' ? words.slice(0, words.length / 2) : words, 16);
    if (how === 'halfway') {
      ask.onCall?.('create_task');
      await sleep(2000, undefined, { signal: ask.signal });
      return otherwise.route({ ...ask, text: words });
    }
    if (how === 'endlessly') {
      await new Promise<void>((_resolve, reject) =>
        ask.signal?.addEventListener('abort', () => reject(ask.signal?.reason), { once: true }),
      );
    }
    return { kind: 'text', say: words, model: 'm-slow' };
  },
});
