import { Client } from 'pg';

const INSTANCE_LOCK = 0x57_49_4c_4f;

export type Instance = { release(): Promise<void> };

/**
 * Makes this process the only one on an embedded database: a lock that the server itself lets go when the process dies, however it dies.
 * Undefined: another process has it. `onLost` is called once when the server went away under it.
 */
export const takeInstance = async (url: string, onLost: () => void): Promise<Instance | undefined> => {
  const client = new Client({ connectionString: url, application_name: 'wilco-instance', keepAlive: true });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [INSTANCE_LOCK]);
  if (!rows[0]?.mine) {
    await client.end();
    return undefined;
  }
  let released = false;
  client.once('end', () => {
    if (!released) onLost();
  });
  return {
    async release() {
      released = true;
      await client.end();
    },
  };
};
