import { useEffect } from 'react';
import { createStore, useStore } from './store.ts';
import { ageOf, clockTime, fullTime } from './time.ts';

const TICK_MS = 15_000;
const now = createStore(Date.now());

/** Keeps every age on the page current; mounted once. */
export const useClock = (): void =>
  useEffect(() => {
    const timer = setInterval(() => now.set(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);

export const Age = ({ at, suffix = '' }: { at: string; suffix?: string }) => (
  <time dateTime={at} title={fullTime(at)}>
    {ageOf(at, useStore(now))}
    {suffix}
  </time>
);

export const Clock = ({ at, className }: { at: string; className?: string }) => (
  <time dateTime={at} title={fullTime(at)} className={className}>
    {clockTime(at)}
  </time>
);
