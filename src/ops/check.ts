import type { Config } from '../config.ts';
import type { Look } from '../db/look.ts';

/** `warn`: it works, and somebody should look. `fail`: something does not work. */
export type Finding = { state: 'ok' | 'warn' | 'fail'; say: string; fix?: string };

/** One thing that the doctor looks at: one file in `checks/` and one line in `doctor.ts`. */
export type Check = { name: string; run(): Promise<Finding> };

/** What a check of the inside may look at. */
export type Examined = { config: Config; database: Look };

export const ok = (say: string): Finding => ({ state: 'ok', say });
export const warn = (say: string, fix: string): Finding => ({ state: 'warn', say, fix });
export const fail = (say: string, fix: string): Finding => ({ state: 'fail', say, fix });
