import { openDatabase } from '../db/client.ts';
import { ensureInstalled } from '../db/install.ts';
import { resetPolicy } from '../db/reset-policy.ts';
import { visitDatabase } from '../db/visit.ts';
import type { OpsCommand } from './run.ts';

const USAGE = 'Write npm run policy -- reset: it puts the policy that Wilco ships with in force again, as a new version.';

/** `npm run policy -- reset`: for when nobody is left who could change the policy back. Whoever may run the program is trusted with that. */
export const policyFromHere: OpsCommand = async ({ config, args, log, say }) => {
  if (!config.ok || args.length !== 1 || args[0] !== 'reset') {
    say(config.ok ? USAGE : config.error.message);
    return 1;
  }
  const { home, databaseUrl, timeZone } = config.value;
  const visit = await visitDatabase({ home, databaseUrl, log, make: false, alone: false });
  if (!visit.ok) {
    say(visit.error.message);
    return 1;
  }
  const database = openDatabase(visit.value.url, { max: 2, onIdleError: () => undefined });
  try {
    const { projectId } = await ensureInstalled(database, { ownerName: 'Owner', timeZone });
    const version = await resetPolicy(database, projectId);
    say(
      `The policy that Wilco ships with is in force again, as version ${version}. Everything asks one approver; what changes power asks an admin.`,
    );
    say('The versions before it are kept. Cards that waited under another rule become void and are made anew.');
    return 0;
  } finally {
    await database.close();
    await visit.value.leave();
  }
};
