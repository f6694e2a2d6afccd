import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { err, ok, type Result } from '../result.ts';

/** The lowest major version that the tests run on. */
export const LOWEST_POSTGRES = 15;

/** Why the server of DATABASE_URL will not do. `message` is one sentence for the operator, without the password. */
export type ServerError = {
  code:
    | 'database_url_invalid'
    | 'database_down'
    | 'database_tls'
    | 'database_auth'
    | 'database_missing'
    | 'database_full'
    | 'database_too_old'
    | 'database_read_only'
    | 'database_no_permission'
    | 'database_encoding';
  message: string;
};

const TIMEOUT_MS = 5000;

/** What the sentences are made of: never the URL itself, which holds the password. */
type Names = { server: string; database: string; user: string };

const SAY = {
  database_down: ({ server }: Names, why: string) =>
    `No PostgreSQL answers at ${server} (${why}): start it, or correct host and port in DATABASE_URL.`,
  database_tls: ({ server }: Names, why: string) =>
    `No encrypted connection to ${server} (${why}): give sslmode or sslrootcert in DATABASE_URL as its provider says.`,
  database_auth: ({ server, user }: Names) => `The server at ${server} does not let ${user} in: correct user and password in DATABASE_URL.`,
  database_missing: ({ server, database }: Names) =>
    `There is no database ${database} at ${server}: create it, or correct its name in DATABASE_URL.`,
  database_full: ({ server }: Names) => `The server at ${server} has no connection free: raise its max_connections or stop a client.`,
  database_too_old: ({ server }: Names, found: string) =>
    `The server at ${server} is PostgreSQL ${found} and Wilco needs ${LOWEST_POSTGRES} or later: upgrade it.`,
  database_read_only: ({ server, database }: Names) =>
    `The database ${database} at ${server} can only be read: point DATABASE_URL to the primary, with default_transaction_read_only off.`,
  database_no_permission: ({ database, user }: Names) =>
    `The user ${user} may not create a schema in the database ${database}: run GRANT CONNECT, CREATE ON DATABASE "${database}" TO "${user}".`,
  database_encoding: ({ database }: Names, found: string) =>
    `The database ${database} is encoded in ${found}: create one with ENCODING 'UTF8' and name it in DATABASE_URL.`,
} satisfies Partial<Record<ServerError['code'], (names: Names, detail: string) => string>>;

type Refusal = { code: keyof typeof SAY; detail: string };
const refused = (code: Refusal['code'], detail = ''): { ok: false; error: Refusal } => err({ code, detail });

const URL_INVALID: ServerError = {
  code: 'database_url_invalid',
  message:
    'DATABASE_URL is not of the form postgresql://user:password@host:5432/database: ' +
    'correct it, and write characters such as # / ? @ in a password as %23 %2F %3F %40.',
};

const CODES: Record<string, Refusal['code']> = {
  '28P01': 'database_auth', // invalid_password
  '28000': 'database_auth', // invalid_authorization_specification: no such role, or no line for it in pg_hba.conf
  '3D000': 'database_missing',
  '42501': 'database_no_permission', // no CONNECT on the database
  '53300': 'database_full',
};

const TLS = /CERT|SSL|TLS|SELF_SIGNED|VERIFY_LEAF/i;

const detailOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'no reason given';
  return 'code' in error && typeof error.code === 'string' ? error.code : 'no answer';
};

const refusalOf = (error: unknown): Refusal => {
  const detail = detailOf(error);
  if (error instanceof DatabaseError) return { code: CODES[detail] ?? 'database_down', detail };
  // These come from the driver without a code.
  if (error instanceof Error && error.message.startsWith('SASL')) return { code: 'database_auth', detail };
  if (error instanceof Error && error.message.includes('does not support SSL')) return { code: 'database_tls', detail: 'it offers none' };
  return { code: TLS.test(detail) ? 'database_tls' : 'database_down', detail };
};

type Facts = { version: number; read_only: boolean; may_create: boolean; encoding: string };

const FACTS = `
  select current_setting('server_version_num')::int / 10000 as version,
         pg_is_in_recovery() or current_setting('default_transaction_read_only') = 'on' as read_only,
         has_database_privilege(current_database(), 'CREATE') as may_create,
         current_setting('server_encoding') as encoding`;

const judge = ({ version, read_only, may_create, encoding }: Facts, lowest: number): Result<{ version: number }, Refusal> => {
  if (version < lowest) return refused('database_too_old', String(version));
  if (read_only) return refused('database_read_only');
  if (!may_create) return refused('database_no_permission');
  if (encoding !== 'UTF8') return refused('database_encoding', encoding);
  return ok({ version });
};

const ask = async (client: Client, lowest: number): Promise<Result<{ version: number }, Refusal>> => {
  try {
    await client.connect();
    const { rows } = await client.query<Facts>(FACTS);
    return rows[0] === undefined ? refused('database_down', 'no answer') : judge(rows[0], lowest);
  } catch (error) {
    return err(refusalOf(error));
  }
};

const openClient = (url: string): Result<Client, ServerError> => {
  if (!/^postgres(ql)?:\/\//.test(url)) return err(URL_INVALID);
  try {
    return ok(new Client({ connectionString: url, connectionTimeoutMillis: TIMEOUT_MS, query_timeout: TIMEOUT_MS }));
  } catch (error) {
    if (error instanceof TypeError) return err(URL_INVALID); // its message quotes the URL
    if (!(error instanceof Error && 'path' in error)) throw error;
    return err({ code: 'database_tls', message: `The file ${error.path} that DATABASE_URL names cannot be read: correct its path.` });
  }
};

/** Says whether Wilco can live in the database of this URL, within 5 s. `lowest` is there for the tests. */
export const checkServer = async (url: string, lowest = LOWEST_POSTGRES): Promise<Result<{ version: number }, ServerError>> => {
  const opened = openClient(url);
  if (!opened.ok) return opened;
  const client = opened.value;
  client.on('error', () => undefined); // a connection that breaks fails its query too, which is where it is seen
  const late = new AbortController();
  const tooLate = sleep(TIMEOUT_MS, refused('database_down', 'no answer in 5 s'), { signal: late.signal });
  const answer = await Promise.race([ask(client, lowest), tooLate]);
  late.abort();
  void client.end();
  if (answer.ok) return answer;
  const user = client.user ?? '';
  const names: Names = { server: `${client.host}:${client.port}`, database: client.database ?? user, user };
  return err({ code: answer.error.code, message: SAY[answer.error.code](names, answer.error.detail) });
};
