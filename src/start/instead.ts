import { mkdir } from 'node:fs/promises';
import type { Config } from '../config.ts';
import { openBeside } from '../db/beside.ts';
import { ensureInstalled } from '../db/install.ts';
import { secretCommand } from '../db/secret-command.ts';
import type { Log } from '../log.ts';
import { openWaysOut } from '../tools/ways-out.ts';
import { Refused, say } from './opened.ts';

/** `npm run secret -- …`: one command, also beside a Wilco that runs. */
const keepSecret = async (config: Config, args: readonly string[], log: Log): Promise<void> => {
  await mkdir(config.home, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const ways = await openWaysOut(config);
  if (!ways.ok) throw new Refused(ways.error.message);
  const beside = await openBeside({ ...config, log });
  if (!beside.ok) throw new Refused(beside.error.message);
  const { database, stop } = beside.value;
  try {
    const { projectId } = await ensureInstalled(database, { ownerName: 'Owner', timeZone: config.timeZone });
    const said = await secretCommand({ database, store: ways.value.secrets, projectId, input: process.stdin }, args);
    if (!said.ok) throw new Refused(said.say);
    say(said.say);
  } finally {
    await stop();
  }
};

/** What was asked for in the place of a start: the exit code that it ends with. */
export const insteadOfStart = async (config: Config, log: Log): Promise<number | undefined> => {
  if (!config.secretCommand) return undefined;
  await keepSecret(config, config.secretCommand, log);
  return 0;
};
