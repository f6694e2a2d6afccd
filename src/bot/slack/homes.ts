import { type Api, type Client, insist } from './api.ts';
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

const publishing = (userId: string, blocks: Block[]) =>
  [
    { method: 'views.publish', channel: userId },
    (client: Client) => client.views.publish({ user_id: userId, view: { type: 'home', blocks } }),
  ] as const;

/** The pages of people on Slack, made anew while they have them open; one that shows the same as before is left alone. */
export const createHomes = (api: Api, make: (userId: string) => Promise<Block[] | undefined>, everyMs = EVERY_MS): Homes => {
  const open = new Map<string, { until: number; shown: string }>();
  let timer: NodeJS.Timeout | undefined;
  let making = Promise.resolve();
  let stopped = false;
  const publish = (userId: string, blocks: Block[]): Promise<unknown> => {
    open.delete(userId);
    open.set(userId, { until: performance.now() + OPEN_MS, shown: JSON.stringify(blocks) });
    const [oldest] = open.keys();
    if (open.size > MOST_OPEN && oldest !== undefined) open.delete(oldest);
    return insist(api, ...publishing(userId, blocks));
  };
  const refresh = async (userId: string): Promise<void> => {
    const page = open.get(userId);
    const blocks = page && page.until > performance.now() ? await make(userId) : undefined;
    if (!page || !blocks) return void open.delete(userId);
    if (JSON.stringify(blocks) === page.shown) return;
    page.shown = JSON.stringify(blocks);
    await api.call(...publishing(userId, blocks));
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
