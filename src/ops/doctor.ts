import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { openLook } from '../db/look.ts';
import { visitDatabase } from '../db/visit.ts';
import type { Log } from '../log.ts';
import { type Check, type Examined, type Finding, fail, ok, warn } from './check.ts';
import { port, publicAddress } from './checks/address.ts';
import { clock, queue, seals, switches, tables, workers } from './checks/database.ts';
import { discord } from './checks/discord.ts';
import { homeFolder } from './checks/home.ts';
import { nodeVersion } from './checks/node-version.ts';
import { slack } from './checks/slack.ts';
import type { OpsCommand, OpsRun } from './run.ts';

/** What can be looked at without a database. A connection to the outside (a model, a mail server, a chat) adds its line here. */
const OUTSIDE: ((config: Config) => Check)[] = [() => nodeVersion(), ({ home }) => homeFolder(home), publicAddress, port, slack, discord];

/** What needs one that has tables. */
const INSIDE: ((at: Examined) => Check)[] = [tables, clock, workers, queue, switches, seals];

const MARK = { ok: 'ok  ', warn: 'warn', fail: 'fail' } as const;

const show = ({ say }: OpsRun, name: string, found: Finding): Finding => {
  say(`${MARK[found.state]}  ${name.padEnd(10)} ${found.say}`);
  if (found.fix !== undefined) say(`      ${''.padEnd(10)} → ${found.fix}`);
  return found;
};

const kindOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : error instanceof Error ? error.name : 'unknown';

/** A check that breaks is a finding, too; its error may quote what it read. */
const look = async (run: OpsRun, check: Check): Promise<Finding> => {
  const found = await check
    .run()
    .catch((error: unknown) => fail(`It could not be looked at (${kindOf(error)}).`, 'Look at what else fails first.'));
  return show(run, check.name, found);
};

const HAS_TABLES = `select to_regclass('wilco.events') is not null as there`;

const lookInside = async (run: OpsRun, config: Config, url: string): Promise<Finding[]> => {
  const database = await openLook(url);
  try {
    if (!(await database.one<{ there: boolean }>(HAS_TABLES)).there)
      return [show(run, 'database', ok('reachable, and empty: the first start makes its tables.'))];
    const found: Finding[] = [];
    for (const make of INSIDE) found.push(await look(run, make({ config, database })));
    return found;
  } finally {
    await database.end();
  }
};

const isNew = async ({ databaseUrl, home }: Config): Promise<boolean> =>
  databaseUrl === null &&
  (await access(join(home, 'postgres.json')).then(
    () => false,
    () => true,
  ));

const lookAtDatabase = async (run: OpsRun, config: Config, log: Log): Promise<Finding[]> => {
  if (await isNew(config)) return [show(run, 'database', ok('There is none yet; the first start makes it.'))];
  const { home, databaseUrl } = config;
  const visit = await visitDatabase({ home, databaseUrl, log, make: false, alone: false });
  if (!visit.ok) return [show(run, 'database', fail(`It cannot be used (${visit.error.code}).`, visit.error.message))];
  try {
    return await lookInside(run, config, visit.value.url);
  } finally {
    await visit.value.leave();
  }
};

const settings = ({ unknown }: Config): Finding =>
  unknown.length === 0
    ? ok('each is known and in order')
    : warn(`Set, and this version does nothing with them: ${unknown.join(', ')}.`, 'Correct their names, or leave them out.');

/** `npm run doctor`: looks at everything, says the fix beside what is wrong, and fails if something does not work. */
export const doctor: OpsCommand = async (run) => {
  const { config, log } = run;
  if (!config.ok) {
    show(run, 'settings', fail('They cannot be used.', config.error.message));
    await look(run, nodeVersion());
    return 1;
  }
  const found = [show(run, 'settings', settings(config.value))];
  for (const make of OUTSIDE) found.push(await look(run, make(config.value)));
  found.push(...(await lookAtDatabase(run, config.value, log)));
  const count = (state: Finding['state']) => found.filter((one) => one.state === state).length;
  const failed = count('fail');
  run.say(failed > 0 ? `${failed} do not work.` : count('warn') > 0 ? `All works; ${count('warn')} to look at.` : 'All is well.');
  return failed > 0 ? 1 : 0;
};
