import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { err, ok, type Result } from '../result.ts';
import type { Database, Db } from './client.ts';
import { record } from './record.ts';
import { secrets } from './tables/secrets.ts';

/** As it stands behind `secret:`. */
export const SECRET_NAME = /^[a-z0-9][a-z0-9_-]{0,59}$/;
const LONGEST_VALUE = 8192;

export type SecretError = { code: 'secret_name' | 'secret_value'; message: string };
export type KeptSecret = { name: string; updatedAt: Date };

/** Whose secret it is; `personId` null: it came over the command line. */
export type SecretPlace = { projectId: string; name: string; personId: string | null };

/** Secrets by name. Values go in and come out for an action that runs, and are listed nowhere. */
export type SecretStore = {
  set(database: Database, place: SecretPlace, value: string): Promise<Result<null, SecretError>>;
  remove(database: Database, place: SecretPlace): Promise<boolean>;
  list(db: Db, projectId: string): Promise<KeptSecret[]>;
  /** Those of the names that have no value here. */
  missing(db: Db, projectId: string, names: readonly string[]): Promise<string[]>;
  /** The values of the names; a name whose value is not there, or cannot be opened with this key, is left out. */
  read(db: Db, projectId: string, names: readonly string[]): Promise<Map<string, string>>;
};

/** What the ciphertext belongs to: moved to another project or name it does not open. */
const boundTo = (projectId: string, name: string): Buffer => Buffer.from(JSON.stringify(['wilco-secret', projectId, name]), 'utf8');

const seal = (key: Buffer, place: { projectId: string; name: string }, value: string): string => {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(boundTo(place.projectId, place.name));
  const sealed = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return ['v1', ...[iv, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join('.');
};

const open = (key: Buffer, place: { projectId: string; name: string }, ciphertext: string): string | undefined => {
  const [version, ...parts] = ciphertext.split('.');
  const [iv, tag, sealed] = parts.map((part) => Buffer.from(part, 'base64url'));
  if (version !== 'v1' || iv?.length !== 12 || tag?.length !== 16 || !sealed) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(boundTo(place.projectId, place.name)).setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
};

const problemWith = (name: string, value: string): SecretError | undefined => {
  if (!SECRET_NAME.test(name))
    return { code: 'secret_name', message: 'A secret is named in small letters, digits, - and _, such as crm-key; at most 60 characters.' };
  if (value === '' || value.length > LONGEST_VALUE)
    return { code: 'secret_value', message: `A secret has from 1 to ${LONGEST_VALUE.toLocaleString('en')} characters.` };
  if (value.includes('\0') || !value.isWellFormed()) return { code: 'secret_value', message: 'A secret is text, without NUL.' };
  return undefined;
};

const namedIn = (projectId: string, names: readonly string[]) => and(eq(secrets.projectId, projectId), inArray(secrets.name, [...names]));

/** Keeps secrets under one key of 32 bytes: AES-256-GCM, bound to project and name. */
export const createSecretStore = (key: Buffer): SecretStore => ({
  async set(database, place, value) {
    const problem = problemWith(place.name, value);
    if (problem) return err(problem);
    const { projectId, name, personId } = place;
    const ciphertext = seal(key, place, value);
    await database.transaction(async ({ db }) => {
      await db
        .insert(secrets)
        .values({ projectId, name, ciphertext, createdBy: personId })
        .onConflictDoUpdate({ target: [secrets.projectId, secrets.name], set: { ciphertext, updatedAt: sql`now()` } });
      await record(db, { projectId, kind: 'secret.set', personId, data: { secret: name } });
    });
    return ok(null);
  },
  remove: (database, { projectId, name, personId }) =>
    database.transaction(async ({ db }) => {
      const gone = await db
        .delete(secrets)
        .where(namedIn(projectId, [name]))
        .returning({ name: secrets.name });
      if (gone.length > 0) await record(db, { projectId, kind: 'secret.removed', personId, data: { secret: name } });
      return gone.length > 0;
    }),
  list: (db, projectId) =>
    db
      .select({ name: secrets.name, updatedAt: secrets.updatedAt })
      .from(secrets)
      .where(eq(secrets.projectId, projectId))
      .orderBy(asc(secrets.name)),
  async missing(db, projectId, names) {
    if (names.length === 0) return [];
    const there = await db.select({ name: secrets.name }).from(secrets).where(namedIn(projectId, names));
    return names.filter((name) => !there.some((one) => one.name === name));
  },
  async read(db, projectId, names) {
    if (names.length === 0) return new Map();
    const rows = await db.select({ name: secrets.name, ciphertext: secrets.ciphertext }).from(secrets).where(namedIn(projectId, names));
    const opened = rows.map(({ name, ciphertext }) => [name, open(key, { projectId, name }, ciphertext)] as const);
    return new Map(opened.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
  },
});
