import type { AgentRun } from '../../db/agent-run-store.ts';
import { type DecidedCard, type NewStep, type Override, untoldCards, untoldWords } from '../../db/agent-run-store.ts';
import type { Db } from '../../db/client.ts';
import { asFound, asNotice, asOrder } from './marked.ts';
import { answerIn, type Transcript, tell } from './transcript.ts';

/** What happened since the model was asked last: to be told, and then written down with its answer. */
export type News = { transcript: Transcript; steps: NewStep[] /** The messages that are told by it. */; words: string[] };

const LONGEST_RESULT = 6000;

/** What became of a card, in a sentence of our own and with what others wrote as data. */
const sayCard = ({ tool, state, by, reason, result, replacedBy }: DecidedCard): string => {
  const because = reason === null ? '' : ` ${asFound('reason', reason)}`;
  switch (state) {
    case 'executed':
      return `${tool}: approved and carried out. ${asFound('result', JSON.stringify(result?.ok ? { summary: result.summary, data: result.data } : {}).slice(0, LONGEST_RESULT))}`;
    case 'failed':
      return `${tool}: approved, and it could not be carried out. ${asFound('problem', result?.ok === false ? result.message : '')}`;
    case 'rejected':
      return `${tool}: rejected${by === null ? '' : ' by a person'}; it was not done.${because}`;
    case 'expired':
      return `${tool}: nobody decided in time; it was not done.`;
    case 'withdrawn':
      return `${tool}: taken back; it was not done.${because}`;
    default:
      return `${tool}: it no longer stands and was not done.${because}${replacedBy === null ? '' : ' Another card took its place.'}`;
  }
};

const tellCard = (transcript: Transcript, card: DecidedCard): Transcript =>
  answerIn(transcript, ({ proposalId }) => proposalId === card.proposalId, asNotice(sayCard(card))) ??
  tell(transcript, asNotice(`What became of a card of yours. ${sayCard(card)}`));

const tellWords = (transcript: Transcript, { by, text }: Override): Transcript =>
  answerIn(transcript, ({ asks }) => asks === true, asOrder(by, text)) ?? tell(transcript, asOrder(by, text));

type Happened = { cards: readonly DecidedCard[]; words: readonly Override[] };

/** Everything that came of its cards and everything that people said into it, and that it has not been told. */
export const untold = async (db: Db, run: AgentRun): Promise<Happened> => {
  const [cards, words] = await Promise.all([untoldCards(db, run.id), untoldWords(db, run)]);
  return { cards, words };
};

/** Each of it once, as part of what the model is told next. */
export const newsOf = ({ cards, words }: Happened, before: Transcript): News => ({
  transcript: words.reduce(tellWords, cards.reduce(tellCard, before)),
  steps: [
    ...cards.map((card): NewStep => ({ kind: 'decision', tool: card.tool, proposalId: card.proposalId, text: decisionLine(card) })),
    ...words.map(({ by, text }): NewStep => ({ kind: 'override', text: `${by}: ${text}` })),
  ],
  words: words.map(({ messageId }) => messageId),
});

const decisionLine = ({ state, by, reason, result }: DecidedCard): string => {
  const who = by === null ? '' : ` by ${by}`;
  const why = reason === null ? '' : `: ${reason}`;
  if (state === 'executed') return `Executed${who}. ${result?.ok ? result.summary : ''}`.trim();
  if (state === 'failed') return `Failed. ${result?.ok === false ? result.message : ''}`.trim();
  return `${state.charAt(0).toUpperCase()}${state.slice(1)}${who}${why}`;
};
