import { z } from 'zod';
import { canonicalPlace, readPlace } from './egress/target.ts';
import { unless } from './plain-text.ts';
import { field } from './tool.ts';

const whyNotPlace = (text: string): string | undefined => {
  const place = readPlace(text);
  return place.ok ? undefined : place.error.message;
};

/** A host as people write it, in the one form that the policy holds. */
const hostField = z
  .string()
  .min(1, { error: 'Say which host.', abort: true })
  .max(300, { error: 'A host has at most 253 characters.', abort: true })
  .superRefine(unless(whyNotPlace))
  .overwrite(canonicalPlace)
  // As free words: a port behind its colon is read whole by them alone.
  .meta(field({ title: 'Host', control: 'line', slot: 'words' }));

export const HostInput = z.strictObject({ host: hostField });
