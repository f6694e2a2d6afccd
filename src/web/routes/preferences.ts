import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Db } from '../../db/client.ts';
import { readProfile, writeProfile } from '../../db/preferences.ts';
import { isNameTaken, readProject } from '../../db/read/people.ts';
import { record } from '../../db/record.ts';
import { personName } from '../../tools/member-change.ts';
import { bodyOf, json, problem, problems } from '../answer.ts';
import type { WebDeps, WebEnv } from '../deps.ts';
import { asRole, SIGNED_IN, WITH_BODY } from '../door.ts';
import { MyPreferences } from '../notification-schemas.ts';

const tags = ['me'];
const OWN = [...SIGNED_IN, 'not_a_person'] as const;
const NAMESAKE = 'Somebody here goes by that name already. Add something that tells the two of you apart.';

const show = createRoute({
  method: 'get',
  path: '/api/me/preferences',
  operationId: 'getPreferences',
  summary: 'What you chose for yourself',
  tags,
  ...asRole('viewer'),
  responses: { 200: json(MyPreferences, 'Your preferences'), ...problems(...OWN) },
});

const isZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false; // Intl knows every zone that there is
  }
};

const shape = MyPreferences.shape;
const Change = z.object({
  name: personName().optional(),
  timeZone: z.string().max(100).refine(isZone, 'That is not a time zone. Write one such as Europe/Berlin.').optional(),
  notify: shape.notify.partial().optional(),
  sound: shape.sound.optional(),
  direct: shape.direct.optional(),
  quiet: shape.quiet.optional(),
  guided: shape.guided.optional(),
});
type Change = z.output<typeof Change>;

const change = createRoute({
  method: 'patch',
  path: '/api/me/preferences',
  operationId: 'changePreferences',
  summary: 'Change what you chose: only what is given changes',
  tags,
  ...asRole('viewer'),
  request: bodyOf(Change),
  responses: { 200: json(MyPreferences, 'Your preferences'), ...problems(...OWN, ...WITH_BODY) },
});

const readMine = async (db: Db, at: { personId: string; projectId: string }): Promise<MyPreferences> => {
  const [profile, project] = await Promise.all([readProfile(db, at.personId), readProject(db, at.projectId)]);
  if (!profile || !project) throw new Error('a member who is nobody');
  return { name: profile.name, timeZone: profile.timeZone ?? project.timeZone, language: 'en', ...profile.preferences };
};

const write = async (db: Db, at: { personId: string; projectId: string }, wanted: Change): Promise<void> => {
  const { personId, projectId } = at;
  const before = await readProfile(db, personId, true);
  if (!before) throw new Error('a member who is nobody');
  const { name, timeZone, notify, ...rest } = wanted;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const chosen = Object.fromEntries(Object.entries(notify ?? {}).filter(([, value]) => value !== undefined));
  const preferences = { ...before.preferences, ...given, notify: { ...before.preferences.notify, ...chosen } };
  await writeProfile(db, personId, { name, timeZone, preferences });
  const renamed = name !== undefined && name !== before.name;
  await record(db, { projectId, kind: renamed ? 'person.renamed' : 'preferences.changed', personId });
};

/** A person's own name, zone and wishes. They are nobody else's business, so no card asks for them. */
export const preferenceRoutes = ({ heart }: WebDeps) => {
  const app = new OpenAPIHono<WebEnv>();
  const { database } = heart;

  app.openapi(show, async (c) => {
    const { personId, projectId } = c.get('actor');
    if (personId === null) return problem(c, { code: 'not_a_person' });
    return c.json(await readMine(database.db, { personId, projectId }), 200);
  });

  app.openapi(change, async (c) => {
    const { personId, projectId } = c.get('actor');
    if (personId === null) return problem(c, { code: 'not_a_person' });
    const wanted = c.req.valid('json');
    if (wanted.name !== undefined && (await isNameTaken(database.db, { personId, name: wanted.name })))
      return problem(c, { code: 'invalid_input', message: NAMESAKE, fields: [{ name: 'name', message: NAMESAKE }] });
    await database.transaction((tx) => write(tx.db, { personId, projectId }, wanted));
    return c.json(await readMine(database.db, { personId, projectId }), 200);
  });

  return app;
};
