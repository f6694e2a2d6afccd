import type { Role } from '../db/states.ts';

/**
 * Whoever asks, as the door that they came through proved it (cookie, key, a surface's signed event), never as they claim.
 * `personId` null is a service key: it proposes and never decides. `role` is what they may do at most; `decide` reads the
 * member's row again under lock, so that a right taken away in between no longer counts.
 */
export type Actor = {
  projectId: string;
  personId: string | null;
  name: string;
  role: Role;
  /** Where it came from: `room`, `api`, `slack` … */
  via: string;
};
