import { z } from 'zod';
import type { Tool } from '../../tools/tool.ts';

/** One text of an action's input, and where it stands. */
export type Said = { field: string; text: string; slot: string | undefined; prose: boolean };

const Meta = z.object({ slot: z.string().optional().catch(undefined), control: z.string().optional().catch(undefined) }).catch({});

const structured = (text: string): unknown => {
  const trimmed = text.trim();
  if (/^[[{]/.test(trimmed)) {
    try {
      return JSON.parse(trimmed);
    } catch {
      return undefined;
    }
  }
  return /^[^\s=&]+=\S*$/.test(trimmed) ? Object.fromEntries(new URLSearchParams(trimmed)) : undefined;
};

const DEEPEST = 64;

/** Every text inside a value, the names in it too; a text that is JSON or a form's body is also read as what it holds. */
const inside = function* (value: unknown, depth: number): Generator<string> {
  if (depth > DEEPEST) return;
  if (typeof value === 'string') {
    yield value;
    const held = structured(value);
    if (typeof held === 'object' && held !== null) yield* inside(held, depth + 1);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      if (!Array.isArray(value)) yield key;
      yield* inside(inner, depth + 1);
    }
  }
};

/** All that an action says, text by text, with the argument that it stands in. Pure. */
export const textsOf = (tool: Tool, input: Record<string, unknown>): Said[] =>
  Object.entries(input).flatMap(([field, value]) => {
    const schema: unknown = Object.hasOwn(tool.input.shape, field) ? tool.input.shape[field] : undefined;
    const { slot, control } = Meta.parse(schema instanceof z.ZodType ? z.globalRegistry.get(schema) : {});
    return [...inside(value, 0)].map((text) => ({ field, text, slot, prose: control === 'text' }));
  });
