import { parseConfig } from './config.ts';
import { createLog } from './log.ts';
import { backup } from './ops/backup.ts';
import { doctor } from './ops/doctor.ts';
import { policyFromHere } from './ops/policy.ts';
import { restore } from './ops/restore.ts';
import type { OpsCommand } from './ops/run.ts';
import { slackSetup } from './ops/slack-setup.ts';
import { throwFromHere } from './ops/switch.ts';
import { verifyLog } from './ops/verify-log.ts';

/** What the operator can do beside starting Wilco: `npm run <name>`. */
const COMMANDS: Record<string, OpsCommand> = {
  doctor,
  backup,
  restore,
  'verify-log': verifyLog,
  switch: throwFromHere,
  policy: policyFromHere,
  'slack:setup': slackSetup,
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
  const command = COMMANDS[name];
  const config = parseConfig(process.env, []);
  const log = createLog(config.ok ? config.value.logLevel : 'warn');
  try {
    process.exitCode = command ? await command({ config, args, log, say }) : unknown(name);
  } catch (error) {
    // Its message may quote a query, and with it what somebody wrote.
    say(`npm run ${name} failed (${namesOf(error)}). Nothing was left half done. npm run doctor may tell why.`);
    process.exitCode = 1;
  }
};

await main();
