import type { Role } from '../db/states.ts';
import { HEART_ERROR_CODES, type HeartErrorCode } from '../dispatch/sentences.ts';
import { needs } from './caller.ts';
import { readJson } from './read-json.ts';

/** Problems that any route may answer, whoever calls. */
export const ANYWHERE = ['host_not_allowed', 'origin_not_allowed', 'internal', 'database_down'] as const;
/** And those of a route for people who are signed in or hold a key. */
export const SIGNED_IN = [...ANYWHERE, 'not_signed_in', 'key_unknown', 'not_allowed'] as const;
/** And those of a route that takes a body. */
export const WITH_BODY = [
  'body_too_large',
  'not_json',
  'bad_json',
  'json_too_deep',
  'json_too_large',
  'text_unreadable',
  'invalid_input',
] as const;

/** What the heart may answer to a wish or a decision. */
export const HEART_CODES = HEART_ERROR_CODES as HeartErrorCode[]; // the keys of a record over exactly these

/** Who may come in by a route: somebody with this role. Asked before the body is read. */
export const asRole = (role: Role) => ({ security: [{ key: [] }, { session: [] }], middleware: [needs(role), readJson] });

/** For routes that anybody may call. */
export const asAnybody = () => ({ security: [], middleware: [readJson] });
