import { z } from 'zod';

/** Where the work that enqueued it stands in its trace, if anybody traces. */
const trace = z.string().max(100).optional();

/** Every job that there is. A job is a wake-up that carries ids; the tables are the truth, and a job that comes twice finds its work done. */
export const jobs = {
  /** A person's message is to be understood and answered. */
  route: z.strictObject({ messageId: z.uuid(), trace }),
  /** An approved proposal is to be carried out: one attempt. */
  execute: z.strictObject({ projectId: z.string(), proposalId: z.uuid(), attempt: z.int().min(1), trace }),
} as const;

export type JobName = keyof typeof jobs;
export type JobData<Name extends JobName> = z.output<(typeof jobs)[Name]>;

/** Where each job may run: the roles of a process (`--role`). */
export const JOB_ROLE = { route: 'bot', execute: 'worker' } as const satisfies Record<JobName, 'bot' | 'worker'>;

/** How often one is attempted before a person is told. */
export const JOB_RETRIES = { route: 3, execute: 20 } as const satisfies Record<JobName, number>;
