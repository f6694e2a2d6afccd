import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Status } from '../../../src/web/schemas.ts';
import { liveStore } from '../api/live.ts';
import { statusQuery } from '../api/queries.ts';
import { createStore, useStore } from '../ui/store.ts';

export type Mode = {
  name: 'live' | 'backup' | 'offline';
  label: string;
  reason: string | null;
  /** Nobody answers, and we go on asking. */
  reconnecting: boolean;
  checkedAt: string | null;
  status: Status | undefined;
};

const LABELS = { live: 'Live', backup: 'Backup', offline: 'Offline' } as const;
const RECONNECTING = 'The connection to Wilco is lost. Reconnecting…';
const NO_NETWORK = 'This device is offline. Reconnecting…';
/** A stream that drops is back within a second or two as a rule: only a longer loss is worth alarm. */
const GRACE_MS = 2500;

const lostLong = createStore(false);

/** Watches the stream; mounted once. */
export const useLossWatch = (): void => {
  const live = useStore(liveStore);
  useEffect(() => {
    if (live !== 'lost') {
      lostLong.set(false);
      return;
    }
    const timer = setTimeout(() => lostLong.set(true), GRACE_MS);
    return () => clearTimeout(timer);
  }, [live]);
};

export const useMode = (): Mode => {
  const query = useQuery(statusQuery);
  const lost = useStore(lostLong);
  const status = query.data;
  const checkedAt = status ? status.checkedAt : null;
  if (lost || query.isError) {
    return {
      name: 'offline',
      label: LABELS.offline,
      reconnecting: true,
      reason: navigator.onLine ? RECONNECTING : NO_NETWORK,
      checkedAt,
      status,
    };
  }
  const name = status?.mode ?? 'live';
  // In Backup for the model's sake, the model's last good check is the one that people ask about.
  const isModelIll = name === 'backup' && status?.model?.ok === false;
  const lastGood = isModelIll ? (status?.model?.okAt ?? null) : checkedAt;
  return {
    name,
    label: status ? LABELS[name] : 'Checking…',
    reconnecting: false,
    reason: status?.reason ?? null,
    checkedAt: lastGood,
    status,
  };
};
