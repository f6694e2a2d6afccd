import { fileNames } from '../db/attachments.ts';
import type { StoredMessage, ThreadPage, ThreadSummary } from '../db/read/threads.ts';
import type { Card } from '../dispatch/card.ts';
import type { Heart } from '../dispatch/heart.ts';
import { proposalCard } from '../dispatch/proposal-card.ts';
import { listStandings } from '../dispatch/standing.ts';
import { visible, visibleBlock } from '../dispatch/visible.ts';
import type { Message, Thread, ThreadRow } from './schemas.ts';

/** The room keeps a thread's title as it may be shown. */
export const threadRow = ({ id, channel, title, lastMessageAt, waiting }: ThreadSummary): ThreadRow => ({
  id,
  channel,
  title,
  lastMessageAt: lastMessageAt.toISOString(),
  waiting,
});

const NAMES = { wilco: 'Wilco', system: 'System' } as const;

const authorOf = ({ authorKind: kind, personId, personName, authorName }: StoredMessage): Message['author'] => {
  if (kind === 'person') return { kind, name: visible(personName ?? authorName ?? 'Somebody'), personId };
  return { kind, name: kind === 'agent' ? visible(authorName ?? 'Agent') : NAMES[kind], personId: null };
};

const resolvedOf = ({ resolvedAs, resolvedAt, resolverName }: StoredMessage): Message['resolved'] =>
  resolvedAs && resolvedAt ? { as: resolvedAs, by: visible(resolverName ?? 'Somebody'), at: resolvedAt.toISOString() } : null;

const messageOf = (message: StoredMessage, card: Card | undefined, files: Message['files']): Message => {
  const own = message.card as Card | null; // what a command answered: made of `Shown` texts when it was stored
  const shown = card ?? own ?? undefined;
  return {
    id: message.id,
    author: authorOf(message),
    text: visibleBlock(message.text),
    files: files.map(({ name, size }) => ({ name: visible(name), size })),
    writtenBy: message.authorKind === 'wilco' && message.authorName !== null ? visible(message.authorName) : null,
    ...(shown ? { card: shown } : {}),
    ...(message.proposalId ? { proposalId: message.proposalId } : {}),
    kind: message.kind,
    agentKey: message.agentKey,
    resolved: resolvedOf(message),
    status: message.state,
    problem: message.problem,
    at: message.createdAt.toISOString(),
  };
};

/** A page of a thread, with the cards of its proposals as they stand now; those are read together. */
export const threadOf = async (heart: Heart, projectId: string, page: ThreadPage): Promise<Thread> => {
  const ids = [...new Set(page.messages.flatMap((message) => message.proposalId ?? []))];
  const standings = await listStandings(heart.database.db, { projectId, ids, limit: ids.length });
  const cards = new Map(
    standings.map((standing) => [standing.proposal.id, proposalCard(standing, heart.tools.get(standing.proposal.tool))]),
  );
  const files = await fileNames(
    heart.database.db,
    page.messages.filter(({ authorKind }) => authorKind === 'person').map(({ id }) => id),
  );
  const messages = page.messages.map((message) =>
    messageOf(message, message.proposalId ? cards.get(message.proposalId) : undefined, files.get(message.id) ?? []),
  );
  return { ...threadRow(page), messages, next: page.next };
};
