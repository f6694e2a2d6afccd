import type { Readable } from 'node:stream';
import type { Database } from './client.ts';
import type { SecretStore } from './secrets.ts';

const USAGE = `npm run secret -- set NAME      reads the value from the standard input
npm run secret -- list
npm run secret -- remove NAME`;
const LARGEST = 64 * 1024;

/** What was typed or piped in, without the line break that ends it. */
const valueFrom = async (input: Readable): Promise<string> => {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of input as AsyncIterable<Buffer | string>) {
    const bytes = Buffer.from(part);
    size += bytes.length;
    if (size > LARGEST) break;
    parts.push(bytes);
  }
  return Buffer.concat(parts)
    .toString('utf8')
    .replace(/\r?\n$/, '');
};

type At = { database: Database; store: SecretStore; projectId: string; input: Readable };
type Said = { ok: boolean; say: string };

const set = async ({ database, store, projectId, input }: At, name: string): Promise<Said> => {
  const kept = await store.set(database, { projectId, name, personId: null }, await valueFrom(input));
  return kept.ok ? { ok: true, say: `secret:${name} has its value now.` } : { ok: false, say: kept.error.message };
};

const list = async ({ database, store, projectId }: At): Promise<Said> => {
  const kept = await store.list(database.db, projectId);
  return { ok: true, say: kept.length === 0 ? 'No secret is kept.' : kept.map(({ name }) => name).join('\n') };
};

const remove = async ({ database, store, projectId }: At, name: string): Promise<Said> => {
  const gone = await store.remove(database, { projectId, name, personId: null });
  return gone ? { ok: true, say: `secret:${name} is gone.` } : { ok: false, say: `There is no secret:${name}.` };
};

/** Carries out what was written behind `--secret`, and tells a Wilco that runs on the same database. */
export const secretCommand = async (at: At, args: readonly string[]): Promise<Said> => {
  const [verb, name = '', ...more] = args;
  if (verb === 'list' && name === '') return list(at);
  if ((verb !== 'set' && verb !== 'remove') || name === '' || more.length > 0) return { ok: false, say: USAGE };
  const said = await (verb === 'set' ? set : remove)(at, name);
  await at.database.pool.query(`notify wilco_events, 'secret'`);
  return said;
};
