// Shows what Wilco pushes, and nothing else: it keeps no files and answers no requests.
const pathOf = (path) => {
  const url = new URL(typeof path === 'string' ? path : '/', self.location.origin);
  return url.origin === self.location.origin ? url.pathname : '/';
};

const windows = () => self.clients.matchAll({ type: 'window', includeUncontrolled: true });

const show = async (event) => {
  let message = {};
  try {
    message = event.data?.json() ?? {};
  } catch {
    message = {}; // not ours: said without words
  }
  // Whoever looks at Wilco sees it there. The try-out is shown all the same, since seeing it is the point.
  const looking = (await windows()).some((client) => client.visibilityState === 'visible');
  if (looking && message.tag !== 'test') return;
  await self.registration.showNotification(String(message.title ?? 'Something is new in Wilco'), {
    tag: String(message.tag ?? 'wilco'),
    icon: '/icon.svg',
    badge: '/icon.svg',
    data: { path: pathOf(message.path) },
  });
};

const open = async (path) => {
  const [client] = await windows();
  if (!client) return self.clients.openWindow(path);
  client.postMessage({ go: path });
  return client.focus();
};

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('push', (event) => event.waitUntil(show(event)));
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(pathOf(event.notification.data?.path)));
});
