import type { z } from 'zod';
import { type NewStep, runOfCard } from '../../db/agent-run-store.ts';
import { propose } from '../../dispatch/propose.ts';
import { storable } from '../../dispatch/thread.ts';
import type { Tool } from '../../tools/tool.ts';
import { cleaned } from '../model/read-reply.ts';
import type { LoopDeps, Working } from './deps.ts';
import { asFound, asNotice } from './marked.ts';
import { CONFIDENCE, REASON } from './offered.ts';
import { runRead } from './run-read.ts';
import type { Answer, Call } from './transcript.ts';
import { carryOutVerb, type Verbed } from './verb.ts';

/** What one call came to: what the model is told, what the trace says, and what is to be done in the transaction that stores both. */
export type Carried = Verbed & { answer: Answer };

const MOST_AT_ONCE = 10;
const LONGEST_REASON = 1000;

const refused = (call: Call, why: string): Carried => ({
  answer: { id: call.id, name: call.name, text: asNotice(`Not carried out: ${why}`) },
  steps: [{ kind: 'refused', tool: call.name, text: why }],
});

/** What is wrong with arguments, for the model to do better: names of fields and our own sentences. */
const wrongIn = (error: z.ZodError): string =>
  error.issues
    .slice(0, 8)
    .map(({ path, message }) => `${path.map(String).join('.').slice(0, 80) || 'arguments'}: ${message.slice(0, 200)}`)
    .join('; ');

const saidWith = (input: Record<string, unknown>, beside: string) => {
  const { [REASON]: reason, [CONFIDENCE]: confidence } = input;
  const words = typeof reason === 'string' && reason.trim() !== '' ? reason : beside;
  const sure = typeof confidence === 'number' && confidence >= 0 && confidence <= 1 ? confidence : null;
  return { confidence: sure, reasoning: words.trim() === '' ? null : storable(words.trim()).slice(0, LONGEST_REASON).toWellFormed() };
};

const proposeCall = async (deps: LoopDeps, working: Working, wanted: { call: Call; tool: Tool; beside: string }): Promise<Carried> => {
  const { call, tool, beside } = wanted;
  const { run, actor } = working;
  const { [REASON]: _reason, [CONFIDENCE]: _confidence, ...input } = call.input;
  const said = saidWith(call.input, beside);
  // The same call of the same step, carried out again after a crash, finds the card that it made.
  const origin = `run:${run.id}:${call.id}`;
  const proposed = await propose(deps.heart, actor, { threadId: run.threadId, tool: tool.name, input: cleaned(tool, input), origin, said });
  if (!proposed.ok) {
    const fields = (proposed.error.fields ?? []).map(({ name, message }) => `${name}: ${message}`).join('; ');
    return refused(call, `${proposed.error.message} ${fields}`.trim());
  }
  const { proposalId, joined } = proposed.value;
  if (joined && (await runOfCard(deps.heart.database.db, proposalId)) !== run.id)
    return refused(call, 'Exactly this waits for a decision already, from another piece of work. Its card stands; do not wait for it.');
  const text = asNotice('It is a card now. People have not decided it yet, and nothing is done.');
  const why = said.reasoning === null ? '' : ` ${said.reasoning}`;
  return {
    answer: { id: call.id, name: call.name, text, proposalId },
    steps: [{ kind: 'proposal', tool: tool.name, proposalId, text: `${tool.title}.${why}` }],
  };
};

const readCall = async (
  deps: LoopDeps,
  working: Working,
  wanted: { call: Call; read: Parameters<typeof runRead>[2]['read'] },
): Promise<Carried> => {
  const { call, read } = wanted;
  const parsed = read.input.safeParse(call.input);
  if (!parsed.success) return refused(call, wrongIn(parsed.error));
  const began = performance.now();
  const found = await runRead(deps, working, { read, input: parsed.data });
  const step: NewStep = {
    kind: 'read',
    tool: read.name,
    text: found.ok ? found.value : found.error.message,
    durationMs: Math.round(performance.now() - began),
  };
  const text = found.ok
    ? asFound(read.name, found.value)
    : asNotice('That could not be looked up.') + asFound(read.name, found.error.message);
  return { answer: { id: call.id, name: call.name, text }, steps: [step] };
};

const carryOutOne = async (
  deps: LoopDeps,
  working: Working,
  wanted: { call: Call; at: number; beside: string; before: readonly Carried[] },
): Promise<Carried> => {
  const { call, at, beside, before } = wanted;
  const meant = working.offered.meant.get(call.name);
  if (at >= MOST_AT_ONCE) return refused(call, `Up to ${MOST_AT_ONCE} calls at a time.`);
  if (!meant) return refused(call, 'There is no such tool for you.');
  if (call.broken) return refused(call, 'Its arguments were not whole. Call it again with all of them.');
  if (meant.kind === 'tool') return proposeCall(deps, working, { call, tool: meant.tool, beside });
  if (meant.kind === 'read') return readCall(deps, working, { call, read: meant.read });
  const waits = before.some(({ answer }) => answer.proposalId !== undefined || answer.asks);
  const verbed = await carryOutVerb(deps, working, { verb: meant.verb, input: call.input, waits });
  if ('refused' in verbed) return refused(call, verbed.refused);
  const { text, asks, ...rest } = verbed;
  return { ...rest, answer: { id: call.id, name: call.name, text: asNotice(text), ...(asks ? { asks } : {}) } };
};

/** Carries out the calls of one answer, in their order. Nothing of it has an effect: a write becomes a card, and what is refused is said to the model. */
export const carryOut = async (
  deps: LoopDeps,
  working: Working,
  { calls, text }: { calls: readonly Call[]; text: string },
): Promise<Carried[]> => {
  const carried: Carried[] = [];
  for (const [at, call] of calls.entries()) {
    working.signal.throwIfAborted();
    carried.push(await carryOutOne(deps, working, { call, at, beside: text, before: carried }));
  }
  return carried;
};
