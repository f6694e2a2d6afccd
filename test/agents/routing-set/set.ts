import type { Example } from './expected.ts';
import { more } from './more.ts';
import { outside } from './outside.ts';
import { postsAndFiles } from './posts-files.ts';
import { power } from './power.ts';
import { schedules } from './schedules.ts';
import { several } from './several.ts';
import { talk } from './talk.ts';
import { tasks } from './tasks.ts';
import { third } from './third.ts';

export const examples: readonly Example[] = [
  ...tasks,
  ...postsAndFiles,
  ...power,
  ...schedules,
  ...outside,
  ...several,
  ...talk,
  ...more,
  ...third,
];

/** The same for the same sentence, whatever stands around it. */
const hashOf = ({ say, history }: Example): number => {
  let hash = 2_166_136_261;
  for (const char of `${say}|${history?.[0]?.text ?? ''}`) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  return hash;
};

/** Every third one is held apart: nobody looks at how it is read while the grammar is worked on. */
export const isHeldApart = (example: Example): boolean => (hashOf(example) >>> 7) % 3 === 0;
