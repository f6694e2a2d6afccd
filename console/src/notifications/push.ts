import { post } from '../api/call.ts';
import { queryClient } from '../api/client.ts';
import { pushQuery } from './queries.ts';

export type PushState = 'on' | 'off' | 'denied' | 'impossible';

const keyOf = (text: string): Uint8Array<ArrayBuffer> => {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
};

const isPossible = (): boolean => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

const current = async (): Promise<PushSubscription | null> => {
  const registration = await navigator.serviceWorker.getRegistration('/');
  return (await registration?.pushManager.getSubscription()) ?? null;
};

/** How it stands in this very browser. */
export const pushState = async (): Promise<PushState> => {
  if (!isPossible()) return 'impossible';
  if (Notification.permission === 'denied') return 'denied';
  return (await current()) ? 'on' : 'off';
};

/** Asks the browser, which asks the person; then tells Wilco where to send to. */
export const startPush = async (publicKey: string): Promise<PushState> => {
  if (!isPossible()) return 'impossible';
  if ((await Notification.requestPermission()) !== 'granted') return 'denied';
  await navigator.serviceWorker.register('/sw.js', { scope: '/' });
  const { pushManager } = await navigator.serviceWorker.ready;
  const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: keyOf(publicKey) });
  const { endpoint, keys } = made.toJSON();
  try {
    await post('/api/notifications/push', { endpoint, keys });
  } catch (thrown) {
    await made.unsubscribe();
    throw thrown;
  }
  await queryClient.invalidateQueries({ queryKey: pushQuery.queryKey });
  return 'on';
};

/** In this browser nobody is told any more: also when somebody signs out, since the next one to sign in may be another person. */
export const stopPush = async (): Promise<void> => {
  if (!isPossible()) return;
  const subscription = await current();
  if (!subscription) return;
  await subscription.unsubscribe();
  await post('/api/notifications/push/stop', { endpoint: subscription.endpoint });
  await queryClient.invalidateQueries({ queryKey: pushQuery.queryKey });
};
