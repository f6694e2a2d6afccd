import { randomUUID } from 'node:crypto';
import { claimDeliveries, type Delivery, nextDelivery } from '../db/deliveries.ts';
import type { Signals } from '../db/signals.ts';
import type { Heart } from '../dispatch/heart.ts';
import { deliverOne } from './deliver-one.ts';
import type { Surface } from './surface.ts';

/** How many threads are written to at a time. */
const LANES = 8;
/** What NOTIFY did not bring is found by looking this often. */
const BACKSTOP_MS = 15_000;
const SOON_MS = 20;

type Deliverer = { stop(): Promise<void> };

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

/**
 * Brings what has to stand in outside threads to its surfaces: each message once, in order within its thread, edited in place for ever after.
 * Woken by what is told, never by looking again and again.
 */
export const startDeliverer = (deps: { heart: Heart; signals: Signals; surfaces: readonly Surface[] }): Deliverer => {
  const { heart, signals } = deps;
  const { db } = heart.database;
  const workerId = randomUUID();
  const surfaces = new Map(deps.surfaces.map((surface) => [surface.name, surface]));
  const names = [...surfaces.keys()];
  const active = new Set<Promise<void>>();
  let wanted = false;
  let looking: Promise<void> | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const begin = (delivery: Delivery): void => {
    const sending = deliverOne({ heart, surfaces, workerId }, delivery)
      // Its lease runs out, and the next try says that this one may have arrived.
      .catch((error: unknown) => heart.log.warn({ deliveryId: delivery.id, err: nameOf(error) }, 'delivery.interrupted'))
      .finally(() => {
        active.delete(sending);
        wake();
      });
    active.add(sending);
  };

  const look = async (): Promise<void> => {
    while (wanted && !stopped && active.size < LANES) {
      wanted = false;
      const claimed = await claimDeliveries(db, { workerId, surfaces: names, limit: LANES - active.size });
      for (const delivery of claimed) begin(delivery);
    }
    const due = await nextDelivery(db, names);
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(wake, Math.min(BACKSTOP_MS, Math.max(due ?? BACKSTOP_MS, SOON_MS)));
  };

  const wake = (): void => {
    wanted = true;
    if (stopped || looking || active.size >= LANES) return;
    looking = look()
      .catch((error: unknown) => heart.log.warn({ err: nameOf(error) }, 'deliveries.unread'))
      .finally(() => {
        looking = undefined;
        if (wanted) wake();
      });
  };
  const unhear = names.length > 0 ? signals.on('wilco_events', wake) : () => undefined;
  if (names.length > 0) wake();
  return {
    async stop() {
      stopped = true;
      unhear();
      clearTimeout(timer);
      await looking;
      await Promise.all(active);
    },
  };
};
