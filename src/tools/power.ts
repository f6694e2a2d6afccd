import type { Risk } from '../db/states.ts';

/**
 * What all tools have in common that change who may do what: only an admin proposes them, the policy asks an admin for them, and every one is
 * rows of our own, so that it is done whole or not at all.
 */
export const POWER = {
  effect: 'write',
  replay: 'transactional',
  proposerRole: 'admin',
  changesPower: true,
  account: 'wilco',
  risk: (): Risk => 'high',
} as const;
