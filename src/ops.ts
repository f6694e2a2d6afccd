import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { parseConfig } from './config.ts';
import { createLog } from './log.ts';
import type { OpsCommand } from './ops/run.ts';
import { openTerminal } from './ops/terminal.ts';

/** What the operator can do beside starting Wilco: `npm run <name>`. Loaded when it is asked for. */
const COMMANDS: Record<string, () => Promise<OpsCommand>> = {
  doctor: async () => (await import('./ops/doctor.ts')).doctor,
  backup: async () => (await import('./ops/backup.ts')).backup,
  restore: async () => (await import('./ops/restore.ts')).restore,
  'verify-log': async () => (await import('./ops/verify-log.ts')).verifyLog,
  switch: async () => (await import('./ops/switch.ts')).throwFromHere,
  policy: async () => (await import('./ops/policy.ts')).policyFromHere,
  'slack:setup': async () => (await import('./ops/slack-setup.ts')).slackSetup,
  'discord:setup': async () => (await import('./ops/discord-setup.ts')).discordSetup,
};

const say = (line: string) => process.stdout.write(`${line}\n`);

const unknown = (name: string): number => {
  say(`There is no command ${name}. There are: ${Object.keys(COMMANDS).join(', ')}.`);
  return 1;
};

const namesOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return 'unknown';
  return 'code' in cause ? `${cause.name} ${String(cause.code)}` : cause.name;
};

const main = async (): Promise<void> => {
  const [name = '', ...args] = process.argv.slice(2);
  enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/wilco'));
  const load = COMMANDS[name];
  const config = parseConfig(process.env, []);
  const log = createLog(config.ok ? config.value.logLevel : 'warn');
  const isSeen = process.stdin.isTTY && process.stdout.isTTY && !process.env.CI;
  const terminal = isSeen ? { terminal: openTerminal() } : {};
  try {
    process.exitCode = load ? await (await load())({ config, args, log, say, ...terminal }) : unknown(name);
  } catch (error) {
    // Its message may quote a query, and with it what somebody wrote.
    say(`npm run ${name} failed (${namesOf(error)}). Nothing was left half done. npm run doctor may tell why.`);
    process.exitCode = 1;
  }
};

await main();
