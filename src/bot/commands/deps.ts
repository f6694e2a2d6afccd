import type { Heart } from '../../dispatch/heart.ts';
import type { Tool } from '../../tools/tool.ts';
import type { ReceiveDeps } from '../receive.ts';

/** What is known of the installation at a moment, as `/status` and the page say it. */
export type Health = {
  mode: 'live' | 'backup' | 'offline';
  reason: string | null;
  workers: number;
  queue: { depth: number; oldestSeconds: number };
  databaseVersion: string;
  surfaces: { name: string; ok: boolean }[];
  checkedAt: Date;
};

export type CommandDeps = { heart: Heart; tools: readonly Tool[]; health(): Promise<Health>; receive: ReceiveDeps };
