import type { ReceiveError } from '../bot/receive.ts';
import type { LinkError } from '../db/access.ts';
import { FACT_MISSING, FACTS_FULL } from '../dispatch/memory.ts';
import { type HeartErrorCode, heartError } from '../dispatch/sentences.ts';

type ReceiveCode = Exclude<ReceiveError['code'], HeartErrorCode>;

const RECEIVE = {
  message_empty: 'There is nothing in that message. Write what should happen.',
  message_too_long: 'That message is too long. Split it.',
  message_unreadable: 'That message holds characters that are not text. Send it as plain text.',
  thread_missing: 'That conversation does not exist here.',
  message_missing: 'That message does not exist here, or there is nothing to retry.',
  agent_missing: 'There is no agent of that name here. /agents lists them.',
} as const satisfies Record<ReceiveCode, string>;

const LINK = {
  link_unknown: 'That sign-in link is not known here. Copy it whole, or ask for a new one.',
  link_used: 'That sign-in link was used already. Each works once: ask for a new one.',
  link_expired: 'That sign-in link is too old. Ask for a new one.',
  person_removed: 'Whoever that link was for is no longer a member here.',
} as const satisfies Record<LinkError['code'], string>;

/** What only the web can answer. */
const OWN = {
  host_not_allowed: 'Wilco does not answer to that host name. Use the address that it printed, or set PUBLIC_URL to the one that you use.',
  origin_not_allowed: 'That came from another website, so it was refused. Open Wilco itself and try again.',
  not_signed_in: 'You are not signed in. Open a sign-in link, or send an API key as X-API-Key.',
  key_unknown: 'That API key is not valid here. It may have been replaced or revoked.',
  not_a_person: 'That is for people, and a service key is nobody in particular.',
  body_too_large: 'That is larger than 1 MiB. Send less at a time.',
  not_json: 'Send JSON, with the header content-type: application/json.',
  bad_json: 'That is not JSON. Check its quotes, commas and brackets, and that it is UTF-8.',
  json_too_deep: 'That JSON is nested more than 32 deep.',
  json_too_large: 'That JSON has more than 10,000 keys or 20,000 values.',
  text_unreadable: 'A text in it holds characters that are not text (NUL or half a character). Send it as plain text.',
  decision_missing: 'There is no such decision in this project.',
  fact_missing: FACT_MISSING,
  facts_full: FACTS_FULL,
  bad_cursor: 'That cursor is not from this list. Begin again without one.',
  bad_request: 'That request could not be read.',
  headers_too_large: 'The headers of that request are too large.',
  request_too_slow: 'That request took too long to arrive. Send it again.',
  not_found: 'There is nothing at that address. GET /openapi.json lists what there is.',
  attachment_unreadable: 'That file cannot be read here: only text files can so far.',
  console_missing: 'The console is not built: run npm run build.',
  schedule_missing: 'That schedule does not exist here.',
  task_missing: 'That task does not exist here.',
  run_missing: 'That run does not exist here.',
  run_ended: 'That run has ended already.',
  person_missing: 'That person is not a member here.',
  document_missing: 'That document does not exist here.',
  secret_missing: 'There is no secret of that name here.',
  key_missing: 'That key does not exist here, or it was revoked.',
  push_service_unknown: 'That is not the address of a push service that Wilco knows: use Chrome, Edge, Firefox or Safari.',
  push_unavailable: 'This installation cannot push to browsers.',
  too_many_attempts: 'Too many attempts from your address. Wait a minute and try again.',
  too_many_streams: 'Too many pages of yours are listening already. Close some and try again.',
  internal: 'Something went wrong inside Wilco.',
  database_down: 'The database cannot be reached, so nothing was done and nothing is lost. Try again in a moment.',
} as const;

const SAY = { ...RECEIVE, ...LINK, ...OWN } as const;

/** Every code that an error of the HTTP API can carry. */
export type ProblemCode = HeartErrorCode | keyof typeof SAY;

/** The status of each code. One without a status does not compile. */
export const STATUS = {
  attachment_unreadable: 400,
  bad_json: 400,
  bad_cursor: 400,
  bad_request: 400,
  json_too_deep: 400,
  json_too_large: 400,
  text_unreadable: 400,
  not_signed_in: 401,
  key_unknown: 401,
  not_a_person: 403,
  not_allowed: 403,
  not_an_approver: 403,
  origin_not_allowed: 403,
  person_removed: 403,
  refused_by_policy: 403,
  self_approval: 403,
  console_missing: 404,
  document_missing: 404,
  key_missing: 404,
  link_unknown: 404,
  message_missing: 404,
  offer_missing: 404,
  not_found: 404,
  person_missing: 404,
  proposal_missing: 404,
  secret_missing: 404,
  schedule_missing: 404,
  decision_missing: 404,
  fact_missing: 404,
  task_missing: 404,
  run_missing: 404,
  agent_missing: 404,
  push_unavailable: 404,
  thread_missing: 404,
  tool_unknown: 404,
  request_too_slow: 408,
  already_decided: 409,
  already_proposed: 409,
  already_undone: 409,
  already_voted: 409,
  cannot_undo: 409,
  blocked: 409,
  digest_mismatch: 409,
  drifted: 409,
  facts_full: 409,
  killed: 409,
  no_suggestion: 409,
  nothing_changed: 409,
  only_a_suggestion: 409,
  offer_taken: 409,
  stale_revision: 409,
  target_changed: 409,
  run_ended: 409,
  worker_alive: 409,
  wrong_state: 409,
  link_expired: 410,
  link_used: 410,
  body_too_large: 413,
  not_json: 415,
  host_not_allowed: 421,
  invalid_input: 422,
  message_empty: 422,
  message_too_long: 422,
  message_unreadable: 422,
  push_service_unknown: 422,
  reason_missing: 422,
  secret_literal: 422,
  too_many_attempts: 429,
  too_many_streams: 429,
  headers_too_large: 431,
  internal: 500,
  database_down: 503,
  group_unknown: 503,
} as const satisfies Record<ProblemCode, number>;

export const PROBLEM_CODES = Object.keys(STATUS) as ProblemCode[]; // `Object.keys` forgets that these are the literal's own

const isOurs = (code: ProblemCode): code is keyof typeof SAY => code in SAY;

/** The sentence that a person reads; what is particular to a case takes its place. */
export const sentenceOf = (code: ProblemCode): string => (isOurs(code) ? SAY[code] : heartError(code).message);
