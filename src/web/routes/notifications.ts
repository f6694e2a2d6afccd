import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { countUnread, listNotices, markRead, type ToldNotice } from '../../db/notifications.ts';
import type { NoticeKind } from '../../db/preferences.ts';
import { countSubscriptions, dropSubscription, keepSubscription } from '../../db/push-subscriptions.ts';
import { record } from '../../db/record.ts';
import { wordsOf } from '../../dispatch/notice-words.ts';
import { visible } from '../../dispatch/visible.ts';
import { bodyOf, json, problem, problems } from '../answer.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, SIGNED_IN, WITH_BODY } from '../door.ts';
import { type NoticeInfo, NoticePage, PushInfo } from '../notification-schemas.ts';
import { isPushService } from '../push-endpoint.ts';
import { ListQuery } from './list-query.ts';

const tags = ['notifications'];
const OWN = [...SIGNED_IN, 'not_a_person'] as const;

const list = createRoute({
  method: 'get',
  path: '/api/notifications',
  operationId: 'listNotifications',
  summary: 'What you should know, the newest first',
  tags,
  ...asRole('viewer'),
  request: { query: ListQuery },
  responses: { 200: json(NoticePage, 'A page, and how many are unread in all'), ...problems(...OWN, 'bad_cursor', 'invalid_input') },
});

const read = createRoute({
  method: 'post',
  path: '/api/notifications/read',
  operationId: 'readNotifications',
  summary: 'Mark some as read, or all',
  tags,
  ...asRole('viewer'),
  request: bodyOf(z.object({ ids: z.array(z.string().max(100)).max(500).optional().openapi({ description: 'All, when left out.' }) })),
  responses: { 200: json(z.object({ unread: z.int() }), 'How many are unread now'), ...problems(...OWN, ...WITH_BODY) },
});

const push = createRoute({
  method: 'get',
  path: '/api/notifications/push',
  operationId: 'pushInfo',
  summary: 'What a browser needs to ask for pushes',
  tags,
  ...asRole('viewer'),
  responses: { 200: json(PushInfo, 'The public key, and how many browsers of yours asked'), ...problems(...OWN) },
});

const Subscription = z.object({
  endpoint: z.string().max(2000),
  keys: z.object({
    p256dh: z.string().regex(/^[\w-]{80,100}={0,2}$/),
    auth: z.string().regex(/^[\w-]{20,30}={0,2}$/),
  }),
});

const subscribe = createRoute({
  method: 'post',
  path: '/api/notifications/push',
  operationId: 'subscribePush',
  summary: 'Have a browser of yours told, as it described itself',
  tags,
  ...asRole('viewer'),
  request: bodyOf(Subscription),
  responses: { 200: json(PushInfo, 'As it stands now'), ...problems(...OWN, ...WITH_BODY, 'push_service_unknown', 'push_unavailable') },
});

const unsubscribe = createRoute({
  method: 'post',
  path: '/api/notifications/push/stop',
  operationId: 'unsubscribePush',
  summary: 'Have a browser of yours told no more',
  tags,
  ...asRole('viewer'),
  request: bodyOf(Subscription.pick({ endpoint: true })),
  responses: { 200: json(PushInfo, 'As it stands now'), ...problems(...OWN, ...WITH_BODY) },
});

const tryOut = createRoute({
  method: 'post',
  path: '/api/notifications/push/test',
  operationId: 'testPush',
  summary: 'Send a message to your browsers, to see whether it arrives',
  tags,
  ...asRole('viewer'),
  request: bodyOf(z.object({})),
  responses: {
    200: json(z.object({ sent: z.int(), failed: z.int(), gone: z.int() }), 'What their push services answered'),
    ...problems(...OWN, ...WITH_BODY, 'push_unavailable'),
  },
});

/** What each person should know, kept for them alone. Nobody reads, marks or subscribes for another. */
export const notificationRoutes = ({ heart, pusher }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();
  const { db } = heart.database;
  const titleOf = (tool: string): string => visible(heart.tools.get(tool)?.title ?? tool);
  const infoOf = (notice: ToldNotice): NoticeInfo => ({
    id: notice.id,
    kind: notice.kind as NoticeKind, // only `NewNotice`s are written
    ...wordsOf(notice, titleOf),
    about: notice.target === null ? null : visible(notice.target),
    proposalId: notice.proposalId,
    at: notice.createdAt.toISOString(),
    unread: notice.readAt === null && notice.settledAt === null,
    settled: notice.settledAt !== null,
  });
  const nobody = (c: Context<WebEnv>) => problem(c, { code: 'not_a_person' });
  const pushNow = async (personId: string): Promise<PushInfo> => ({
    publicKey: pusher?.publicKey ?? null,
    browsers: await countSubscriptions(db, personId),
  });

  app.openapi(list, async (c) => {
    const { personId } = c.get('actor');
    if (personId === null) return nobody(c);
    const { cursor, limit } = c.req.valid('query');
    const [found, unread] = await Promise.all([listNotices(db, { personId, cursor, limit }), countUnread(db, personId)]);
    return found.ok ? c.json({ items: found.value.items.map(infoOf), next: found.value.next, unread }, 200) : problem(c, found.error);
  });

  app.openapi(read, async (c) => {
    const { personId, projectId } = c.get('actor');
    if (personId === null) return nobody(c);
    const { ids } = c.req.valid('json');
    // Told, so that every other page of theirs shows it too.
    await heart.database.transaction(async (tx) => {
      if ((await markRead(tx.db, personId, ids ?? 'all')) > 0) await record(tx.db, { projectId, kind: 'notification.changed', personId });
    });
    return c.json({ unread: await countUnread(db, personId) }, 200);
  });

  app.openapi(push, async (c) => {
    const { personId } = c.get('actor');
    return personId === null ? nobody(c) : c.json(await pushNow(personId), 200);
  });

  app.openapi(subscribe, async (c) => {
    const { personId } = c.get('actor');
    if (personId === null) return nobody(c);
    if (!pusher) return problem(c, { code: 'push_unavailable' });
    const { endpoint, keys } = c.req.valid('json');
    if (!isPushService(endpoint)) return problem(c, { code: 'push_service_unknown' });
    await keepSubscription(db, { endpoint, personId, keys: { ...keys, server: pusher.publicKey } });
    return c.json(await pushNow(personId), 200);
  });

  app.openapi(unsubscribe, async (c) => {
    const { personId } = c.get('actor');
    if (personId === null) return nobody(c);
    await dropSubscription(db, { endpoint: c.req.valid('json').endpoint, personId });
    return c.json(await pushNow(personId), 200);
  });

  app.openapi(tryOut, async (c) => {
    const { personId } = c.get('actor');
    if (personId === null) return nobody(c);
    if (!pusher) return problem(c, { code: 'push_unavailable' });
    const came = await pusher.tryOut(personId);
    const count = (...what: string[]) => came.filter((one) => what.includes(one)).length;
    return c.json({ sent: count('sent'), failed: count('failed', 'refused'), gone: count('gone') }, 200);
  });

  return app;
};
