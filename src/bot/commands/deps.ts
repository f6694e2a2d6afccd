import type { Heart } from '../../dispatch/heart.ts';
import type { Tool } from '../../tools/tool.ts';
import type { ReceiveDeps } from '../receive.ts';

export type ModelHealth = { name: string; ok: boolean; detail: string; checkedAt: Date | null; okAt: Date | null };

/** What is known of the installation at a moment, as `/status` and the page say it. */
export type Health = {
  mode: 'live' | 'backup' | 'offline';
  reason: string | null;
  workers: number;
  queue: { depth: number; oldestSeconds: number };
  databaseVersion: string;
  surfaces: { name: string; ok: boolean }[];
  /** The model that routes, as it was last found; null: the built-in grammar routes. */
  model: ModelHealth | null;
  checkedAt: Date;
};

export type CommandDeps = { heart: Heart; tools: readonly Tool[]; health(): Promise<Health>; receive: ReceiveDeps };
