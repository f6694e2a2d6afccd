import { looksLikeSecret } from '../../tools/key-shapes.ts';
import type { Answer } from '../surface.ts';
import type { Rendered } from './card.ts';
import { shortened } from './cut.ts';
import type { Interaction } from './incoming.ts';
import type { Link } from './link.ts';
import { deferOpenly, settleAlone, settleOpenly } from './respond.ts';

/** What somebody asks for: a line, or a command's name with what was filled in for it. */
type Asked = { line: string; values: Record<string, string> | undefined };

/** A form may hold far more than one message. The card below shows all of it. */
const LONGEST_VALUE = 120;
const inShort = (value: string): string => shortened(value.replace(/\s+/g, ' ').trim(), LONGEST_VALUE);

/** What was asked, for all to see, by whoever asked it. */
const askedBy = ({ member, user }: Interaction, { line, values }: Asked): string => {
  const by = member?.user ?? user;
  const name = member?.nick ?? by?.global_name ?? by?.username ?? 'Somebody';
  const given = Object.entries(values ?? {}).filter(([, value]) => value !== '');
  // What stands in a channel is never taken back: what was typed for Wilco alone may hold what nobody else should read.
  if (looksLikeSecret([line, ...given.map(([field, value]) => `${field}: ${value}`)].join(' · '))) return `${name} asked for something.`;
  const words = values ? [`/${line}`, ...given.map(([field, value]) => `${field}: ${inShort(value)}`)].join(' · ') : line;
  return `${name} asked: ${words}`;
};

/**
 * In a channel what is asked for everybody stands there, and the card that comes of it in a thread of that. `tell` takes the message which that
 * thread is of, where Discord says which it is; `alone` is what an answer says to whoever asked. Undefined: it is not ours to answer any more.
 */
export const askOpenly = async (
  link: Link,
  interaction: Interaction,
  at: { asked: Asked; tell(thread: string | undefined): Promise<Answer>; alone(answer: Answer): Rendered[] },
): Promise<Answer | undefined> => {
  const { asked, tell, alone } = at;
  const stands = await deferOpenly(link, interaction);
  if (stands === false) return undefined;
  if (stands) link.titles.set(stands, asked.values || looksLikeSecret(asked.line) ? askedBy(interaction, asked) : asked.line);
  const answer = await tell(stands ?? undefined);
  if (answer.kind === 'nothing') await settleOpenly(link, interaction, askedBy(interaction, asked));
  else await settleAlone(link, interaction, alone(answer));
  return answer;
};
