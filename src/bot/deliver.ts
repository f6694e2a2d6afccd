import { randomUUID } from 'node:crypto';
import { claimDeliveries, type Delivery, holdDelivery, nextDelivery } from '../db/deliveries.ts';
import type { Signals } from '../db/signals.ts';
import type { Heart } from '../dispatch/heart.ts';
import { deliverOne } from './deliver-one.ts';
import type { Surface } from './surface.ts';

/** How many threads are written to at a time. */
const LANES = 8;
/** What NOTIFY did not bring is found by looking this often. */
const BACKSTOP_MS = 15_000;
const SOON_MS = 20;
/** A worker that is not heard of for so long is gone. */
const LEASE_SECONDS = 12;
/** No try of a platform takes longer than this: one that does will never end. */
const LONGEST_TRY_MS = 15 * 60_000;

type Deliverer = { stop(): Promise<void> };

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

/**
 * Brings what has to stand in outside threads to its surfaces: each message once, in order within its thread, edited in place for ever after.
 * Woken by what is told, never by looking again and again.
 */
export const startDeliverer = (deps: {
  heart: Heart;
  signals: Signals;
  surfaces: readonly Surface[];
  leaseSeconds?: number;
}): Deliverer => {
  const { heart, signals, leaseSeconds = LEASE_SECONDS } = deps;
  const { db } = heart.database;
  const surfaces = new Map(deps.surfaces.map((surface) => [surface.name, surface]));
  const names = [...surfaces.keys()];
  const active = new Set<Promise<void>>();
  let wanted = false;
  let looking: Promise<void> | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const begin = (delivery: Delivery, workerId: string): void => {
    const { id } = delivery;
    // Looking for what may have arrived takes as long as the platform lets us look: nobody else begins it meanwhile.
    const hold = () =>
      holdDelivery(db, { id, workerId, leaseSeconds }).catch(() => heart.log.info({ deliveryId: id }, 'delivery.not_held'));
    const holding = setInterval(hold, (leaseSeconds * 1000) / 3);
    const late = setTimeout(() => clearInterval(holding), LONGEST_TRY_MS).unref();
    const sending = deliverOne({ heart, surfaces, workerId }, delivery)
      // Its lease runs out, and the next try says that this one may have arrived.
      .catch((error: unknown) => heart.log.warn({ deliveryId: id, err: nameOf(error) }, 'delivery.interrupted'))
      .finally(() => {
        clearInterval(holding);
        clearTimeout(late);
        active.delete(sending);
        wake();
      });
    active.add(sending);
  };

  const look = async (): Promise<void> => {
    while (wanted && !stopped && active.size < LANES) {
      wanted = false;
      // Each claim under a name of its own: one that was lost to another, of this process or not, settles nothing any more.
      const workerId = randomUUID();
      const claimed = await claimDeliveries(db, { workerId, surfaces: names, limit: LANES - active.size, leaseSeconds });
      for (const delivery of claimed) begin(delivery, workerId);
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
