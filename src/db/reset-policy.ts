import { eq, sql } from 'drizzle-orm';
import type { Database } from './client.ts';
import { SHIPPED_POLICY } from './policy-document.ts';
import { record } from './record.ts';
import { policies } from './tables/control.ts';

/** Puts the shipped policy in force as the next version, on the word of whoever runs the program; the record says so. Answers the version. */
export const resetPolicy = (database: Database, projectId: string): Promise<number> =>
  database.transaction(async ({ db, query }) => {
    // Against a change that is being written at the same moment: one of the two is the later version.
    await query('lock table wilco.policies in share row exclusive mode');
    const [newest] = await db
      .select({ version: sql<number>`coalesce(max(${policies.version}), 0)` })
      .from(policies)
      .where(eq(policies.projectId, projectId));
    const version = (newest?.version ?? 0) + 1;
    await db.insert(policies).values({ projectId, version, document: SHIPPED_POLICY });
    await record(db, { projectId, kind: 'policy.changed', data: { version, via: 'command line', reset: true } });
    return version;
  });
