import type { Person } from '../../../src/web/schemas.ts';

export type Role = Person['role'];

/** Ascending: each may do what the ones before it may. */
export const ROLE_MEANS: Record<Role, string> = {
  viewer: 'reads everything',
  operator: 'asks for actions, pauses and kills',
  approver: 'approves and rejects',
  admin: 'invites people and approves changes of power',
  owner: 'lifts a kill',
};

const ORDER = Object.keys(ROLE_MEANS);
export const roleAtLeast = (has: Role | undefined, needs: Role): boolean => has !== undefined && ORDER.indexOf(has) >= ORDER.indexOf(needs);
