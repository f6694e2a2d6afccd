import type { FakeMessage, Json } from '../fakes/discord/world.ts';

const all = (components: unknown): Json[] =>
  (Array.isArray(components) ? (components as Json[]) : []) // the fake checked their shape
    .flatMap((one) => [one, ...all(one.components), ...(one.accessory ? all([one.accessory]) : [])]);

/** What a person reads: markdown as Discord draws it. */
export const drawn = (content: string): string => content.replace(/\*\*(.+?)\*\*/g, '$1').replace(/\\([^A-Za-z0-9\s])/g, '$1');

/** Everything that can be read in a message, in order. */
export const wordsOf = (message: FakeMessage): string =>
  all(message.components)
    .filter(({ type }) => type === 10)
    .map(({ content }) => drawn(String(content)))
    .join('\n');

/** The ids of everybody whom a message calls. */
export const calledIn = ({ allowed_mentions: allowed }: FakeMessage): string[] => {
  const { users = [], roles = [] } = (allowed ?? {}) as { users?: string[]; roles?: string[] }; // the fake checked it
  return [...users, ...roles];
};

/** What can be pressed in a message, in order. */
export const buttonsOf = ({ components }: Pick<FakeMessage, 'components'>): Json[] => all(components).filter(({ type }) => type === 2);
