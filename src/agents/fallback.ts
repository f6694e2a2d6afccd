import { whyOver } from '../dispatch/over.ts';
import type { Log } from '../log.ts';
import type { Breaker } from './breaker.ts';
import type { Meter, OverLimit } from './meter.ts';
import type { ModelRouter, Prepared } from './model/model-router.ts';
import type { ModelError } from './model/port.ts';
import { sayError } from './model/say.ts';
import type { Answered, Ask, Router } from './router.ts';

export type FallbackDeps = {
  model: ModelRouter;
  backup: Router;
  breaker: Breaker;
  meter: Meter;
  /** All the time that an answer may take, Backup's included. */
  timeoutMs: number;
  log: Log;
  /** Hears how each call went. */
  heard(error: ModelError | null): void;
};

const LIMITED: Record<Exclude<OverLimit['code'], 'budget'>, string> = {
  minute: 'you have asked it as often as one person may in a minute',
  day: 'you have asked it as often as one person may in a day',
  tokens: 'you have used as much of it as one person may in a day',
};

const whyLimited = (limited: OverLimit): string => (limited.code === 'budget' ? whyOver(limited.over) : LIMITED[limited.code]);

const DECLINED = 'The model declined to answer that. Say it in other words, or write /help to see what works without it.';

/** What Backup needs for itself. */
const KEPT_MS = 1000;

type Ran = Awaited<ReturnType<Prepared['run']>>;

/** Ends in time whatever the model's library makes of its signal. */
const inTime = async (prepared: Prepared, asked: AbortSignal | undefined, ms: number): Promise<Ran> => {
  const limit = new AbortController();
  const signal = asked ? AbortSignal.any([asked, limit.signal]) : limit.signal;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Ran>((resolve) => {
    timer = setTimeout(() => {
      limit.abort(new DOMException('the model took too long', 'TimeoutError'));
      resolve({ ok: false, error: { code: 'timeout' } });
    }, ms);
    asked?.addEventListener('abort', () => resolve({ ok: false, error: { code: 'aborted' } }), { once: true });
  });
  try {
    const ran = prepared.run(signal).catch((): Ran => ({ ok: false, error: { code: 'bad_output' } }));
    return await Promise.race([ran, late]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * The model routes; when it fails, is resting or may not be asked, the built-in grammar answers and says why in a line. What the model
 * refuses nobody else is asked, and when nobody waits any more it throws the signal's reason.
 */
export const createFallback = (deps: FallbackDeps): Router => {
  const { model, backup, breaker, meter, timeoutMs, log, heard } = deps;

  const instead = async (ask: Ask, why: string): Promise<Answered> => ({
    ...(await backup.route(ask)),
    notice: `Answered without the model: ${why}.`,
  });

  const failed = (ask: Ask, error: ModelError): Promise<Answered> | Answered => {
    log.warn({ provider: model.provider, code: error.code, messageId: ask.by?.messageId }, 'model.failed');
    breaker.failed(error);
    heard(error);
    const until = error.retryAfterMs === undefined ? undefined : Date.now() + error.retryAfterMs;
    return instead(ask, `it ${sayError({ code: error.code, until }, ask.timeZone)}`);
  };

  const answer = (ask: Ask, ran: Ran): Promise<Answered> | Answered => {
    if (ran.ok) {
      breaker.went('asked');
      heard(null);
      return { ...ran.value.routed, model: model.model };
    }
    if (ran.error.code === 'aborted') throw ask.signal?.reason ?? new Error('nobody waits for the answer');
    if (ran.error.code !== 'refusal') return failed(ask, ran.error);
    heard(null);
    return { kind: 'text', say: DECLINED };
  };

  const askModel = async (ask: Ask, by: NonNullable<Ask['by']>): Promise<Answered> => {
    const began = performance.now();
    const prepared = model.prepare(ask);
    const { characters, maxTokens } = prepared;
    const metered = await meter.begin({ by, provider: model.provider, model: model.model, characters, maxTokens });
    if (!metered.ok) return instead(ask, whyLimited(metered.error));
    const left = timeoutMs - Math.min(KEPT_MS, timeoutMs / 10) - (performance.now() - began);
    const ran: Ran = await inTime(prepared, ask.signal, Math.max(1, left));
    await metered.value.end(ran.ok ? 'ok' : ran.error.code, ran.ok ? ran.value.usage : ran.error.usage);
    return answer(ask, ran);
  };

  /** A slash command has said which action it is: the grammar finds its arguments for nothing, and asks the model only for what it cannot read. */
  const readPlainly = async (ask: Ask): Promise<Answered | undefined> => {
    if (!ask.only) return undefined;
    const read = await backup.route(ask);
    return read.kind === 'calls' ? read : undefined;
  };

  return {
    name: model.model,
    async route(ask) {
      const plain = await readPlainly(ask);
      if (plain) return plain;
      const { by } = ask;
      // Nobody to count it against: nothing is spent.
      if (!by) return backup.route(ask);
      const resting = breaker.open();
      if (resting) return instead(ask, `it ${sayError({ code: resting.error.code, until: resting.until }, ask.timeZone)}`);
      return askModel(ask, by);
    },
  };
};
