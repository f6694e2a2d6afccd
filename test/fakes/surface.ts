import type { Answer, ChatEvent, Surface, SurfaceError, View } from '../../src/bot/surface.ts';
import type { ThreadAddress } from '../../src/db/thread-id.ts';
import { err, ok } from '../../src/result.ts';

/** What stands on the fake platform: one message, with every view that it ever showed. */
export type Standing = { remoteId: string; place: ThreadAddress; key: string; views: View[] };

/** A surface in memory that keeps every promise of the contract, and can be told to fail like a real one. */
export type FakeSurface = Surface & {
  standing: Standing[];
  tell(event: ChatEvent): Promise<Answer>;
  /** What the next calls come to; `lost`: it was done, and the answer did not arrive. */
  faults: (SurfaceError | 'lost' | { after: Promise<void> })[];
  posts: number;
  updates: number;
  /** Every time that it was told that somebody is at work, or rests. */
  work: { busy: boolean; title?: string }[];
  /** Whom its only group holds; `unknown`: it does not say. */
  group: { id: string; holds: readonly string[] | 'unknown' };
  last(): Standing;
};

export const fakeSurface = (name = 'fake'): FakeSurface => {
  let hear: ((event: ChatEvent) => Promise<Answer>) | undefined;
  const standing: Standing[] = [];
  const faults: FakeSurface['faults'] = [];
  const lost: SurfaceError = { code: 'ambiguous', message: 'the answer was lost' };
  const fault = async (): Promise<SurfaceError | 'lost' | undefined> => {
    const next = faults.shift();
    if (next && typeof next === 'object' && 'after' in next) {
      await next.after;
      return undefined;
    }
    return next;
  };
  const fake: FakeSurface = {
    name,
    standing,
    faults,
    posts: 0,
    updates: 0,
    work: [],
    group: { id: 'G1', holds: [] },
    can: {
      async working(_place, work) {
        fake.work.push(work.busy ? { busy: true, title: work.title } : { busy: false });
      },
      async group({ groupId, userId }) {
        const { id, holds } = fake.group;
        return holds === 'unknown' ? undefined : groupId === id && holds.includes(userId);
      },
    },
    async start(on) {
      hear = on;
    },
    async post(place, view, { key, again }) {
      fake.posts += 1;
      const wrong = await fault();
      if (wrong && wrong !== 'lost') return err(wrong);
      const there = again ? standing.find((one) => one.key === key) : undefined;
      const message = there ?? { remoteId: `m${standing.length + 1}`, place, key, views: [] };
      if (!there) standing.push(message);
      message.views.push(view);
      return wrong === 'lost' ? err(lost) : ok({ remoteId: message.remoteId });
    },
    async update(_place, remoteId, view) {
      fake.updates += 1;
      const wrong = await fault();
      if (wrong && wrong !== 'lost') return err(wrong);
      standing.find((one) => one.remoteId === remoteId)?.views.push(view);
      return wrong === 'lost' ? err(lost) : ok(null);
    },
    health: () => ({ ok: true, detail: 'in memory' }),
    async stop() {
      hear = undefined;
    },
    async tell(event) {
      if (!hear) throw new Error('not started');
      return hear(event);
    },
    last() {
      const found = standing.at(-1);
      if (!found) throw new Error('nothing stands');
      return found;
    },
  };
  return fake;
};
