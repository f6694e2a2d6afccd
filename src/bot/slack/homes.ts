import { type Api, insist } from './api.ts';
import type { Block } from './blocks.ts';

/** Whoever opened their page longer ago than this has gone on to something else. */
const OPEN_MS = 600_000;
/** What happens within this is shown at once. */
const EVERY_MS = 3000;
const MOST_OPEN = 50;

export type Homes = {
  /** Somebody has their page before them, and it shows this. */
  show(userId: string, blocks: Block[]): Promise<unknown>;
  /** Something has happened that a page may have to show. */
  changed(): void;
  stop(): Promise<void>;
};

/** `shown`: what Slack took last; undefined: nothing that is known of. */
type Page = { until: number; blocks: Block[]; shown: string | undefined };

const callOf = (userId: string) => ({ method: 'views.publish', channel: userId });
const viewOf = (userId: string, blocks: Block[]) => ({ user_id: userId, view: { type: 'home' as const, blocks } });

/** The pages of people on Slack, made anew while they have them open; one that shows the same as before is left alone. */
export const createHomes = (api: Api, make: (userId: string) => Promise<Block[] | undefined>, everyMs = EVERY_MS): Homes => {
  const open = new Map<string, Page>();
  let timer: NodeJS.Timeout | undefined;
  let making = Promise.resolve();
  let stopped = false;
  const publish = async (userId: string, blocks: Block[]): Promise<void> => {
    const page: Page = { until: performance.now() + OPEN_MS, blocks, shown: undefined };
    open.delete(userId);
    open.set(userId, page);
    const [oldest] = open.keys();
    if (open.size > MOST_OPEN && oldest !== undefined) open.delete(oldest);
    let sent = blocks;
    // What it shows may have changed while it was waited for.
    const done = await insist(api, callOf(userId), (client) => {
      sent = open.get(userId)?.blocks ?? blocks;
      return client.views.publish(viewOf(userId, sent));
    });
    if (done.ok) page.shown = JSON.stringify(sent);
  };
  const refresh = async (userId: string): Promise<void> => {
    const page = open.get(userId);
    const blocks = page && page.until > performance.now() ? await make(userId) : undefined;
    if (!page || !blocks) return void open.delete(userId);
    page.blocks = blocks;
    if (JSON.stringify(blocks) === page.shown) return;
    const done = await api.call(callOf(userId), (client) => client.views.publish(viewOf(userId, blocks)));
    page.shown = done.ok ? JSON.stringify(blocks) : undefined;
  };
  /** What cannot be shown now is with the next change, or when the page is opened. */
  const all = async (): Promise<void> => {
    for (const userId of [...open.keys()]) if (!stopped) await refresh(userId).catch(() => void open.delete(userId));
  };
  return {
    show: publish,
    changed() {
      if (open.size === 0 || stopped) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        making = making.then(all);
      }, everyMs);
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await making;
    },
  };
};
