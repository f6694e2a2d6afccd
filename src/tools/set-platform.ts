import { z } from 'zod';
import { definePolicyTool } from './policy-tool.ts';
import { field } from './tool.ts';

const KEY = /^[a-z0-9][a-z0-9_-]{0,59}$/;
const count = (title: string, max: number) =>
  z
    .union([z.int().min(0).max(max), z.literal('none')], `${title}: a whole number up to ${max}, or none.`)
    .optional()
    .meta(field({ title, control: 'number', slot: 'number' }));

const Input = z.strictObject({
  platform: z
    .string()
    .trim()
    .toLowerCase()
    .regex(KEY, 'A platform is named in small letters, such as email.')
    .meta(field({ title: 'Platform', control: 'line', slot: 'name' })),
  per_day: count('At most a day', 10_000),
  longest: count('Longest text', 100_000),
  hashtags: count('Hashtags', 100),
});
type Input = z.output<typeof Input>;

const limitsOf = ({ per_day, longest, hashtags }: Input, before: { perDay?: number; longest?: number; hashtags?: number } = {}) => {
  const pick = (said: number | 'none' | undefined, was: number | undefined) => (said === 'none' ? undefined : (said ?? was));
  const limits = {
    perDay: pick(per_day, before.perDay),
    longest: pick(longest, before.longest),
    hashtags: pick(hashtags, before.hashtags),
  };
  return Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined));
};

/** Sets what one platform takes. `known`: the platforms that some action goes to. */
export const setPlatform = (known: () => readonly string[]) =>
  definePolicyTool({
    name: 'set_platform',
    slash: 'platform',
    title: 'Set the rules of a platform',
    summary: 'Sets how many a day go out on a platform such as email, how long a text is there at most and how many hashtags it has',
    examples: ['allow at most 50 a day on email'],
    phrases: ['allow at most {per_day} a day on {platform}', 'allow at most {per_day} messages a day on {platform}'],
    input: Input,
    target: ({ platform }) => `rules for ${platform}`,
    apply(input, document) {
      const { [input.platform]: before, ...others } = document.platforms;
      const limits = limitsOf(input, before as Parameters<typeof limitsOf>[1]);
      return { ...document, platforms: Object.keys(limits).length === 0 ? others : { ...others, [input.platform]: limits } };
    },
    refused: ({ per_day, longest }) =>
      per_day === 0 || longest === 0 ? 'To let nothing out on a platform, make a rule that refuses its actions.' : undefined,
    warnings: ({ platform }) =>
      known().includes(platform) ? [] : [`No action goes to ${platform} now. Those that do name a platform: ${known().join(', ')}`],
    done: ({ platform }) => `The rules for ${platform} are set`,
    undo({ platform }, { platforms }) {
      const was = platforms[platform];
      const { perDay = 'none', longest = 'none', hashtags = 'none' } = was ?? {};
      return { tool: 'set_platform', input: { platform, per_day: perDay, longest, hashtags } };
    },
  });
