import type { Database } from '../db/client.ts';
import { addFact, removeFact } from '../db/facts.ts';
import { roleAtLeast } from '../db/states.ts';
import { err, ok, type Result } from '../result.ts';
import { looksLikeSecret } from '../tools/key-shapes.ts';
import { Fact } from '../tools/remember-fact.ts';
import type { Actor } from './actor.ts';
import { type HeartErrorCode, heartError } from './sentences.ts';

type Refused<Code extends string> = { code: Code; message: string };
const refused = <Code extends HeartErrorCode>(code: Code, message = heartError(code).message) => err<Refused<Code>>({ code, message });

export const FACTS_FULL = 'As much is remembered as can be. Delete something that no longer holds under Memory or with /forget.';
export const FACT_MISSING = 'That is not remembered here, or not any more. /facts lists what is.';

/** Remembers what a person says, at once: people may say it, and an agent may only propose it. `known`: it was remembered already. */
export const remember = async (
  database: Database,
  actor: Actor,
  fact: { text: string; agentKey: string | null },
): Promise<Result<{ id: string; known: boolean }, Refused<'not_allowed' | 'invalid_input' | 'secret_literal' | 'facts_full'>>> => {
  if (!roleAtLeast(actor.role, 'operator') || actor.agent) return refused('not_allowed');
  const text = Fact.safeParse(fact.text);
  if (!text.success) return refused('invalid_input', text.error.issues.map(({ message }) => message).join(' '));
  if (looksLikeSecret(text.data)) return refused('secret_literal');
  const { projectId, personId } = actor;
  const kept = await database.transaction(({ db }) =>
    addFact(db, { projectId, agentKey: fact.agentKey, text: text.data, personId, proposalId: null }),
  );
  return kept ? ok(kept) : err({ code: 'facts_full', message: FACTS_FULL });
};

/** Forgets one fact, for good. */
export const forget = async (
  database: Database,
  actor: Actor,
  id: string,
): Promise<Result<null, Refused<'not_allowed' | 'fact_missing'>>> => {
  if (!roleAtLeast(actor.role, 'operator') || actor.agent) return refused('not_allowed');
  const { projectId, personId } = actor;
  const gone = await database.transaction(({ db }) => removeFact(db, { projectId, id, personId }));
  return gone ? ok(null) : err({ code: 'fact_missing', message: FACT_MISSING });
};
