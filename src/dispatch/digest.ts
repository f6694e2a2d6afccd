import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import type { Tool } from '../tools/tool.ts';

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** RFC 8785 text of a JSON value: one value has one text, on every machine. Throws for what JSON cannot hold (NaN, lone surrogates). */
export const canonicalText = (value: unknown): string => {
  const text = canonicalize(value);
  if (text === undefined || !text.isWellFormed()) throw new TypeError('not a JSON value');
  return text;
};

export const hashOf = (value: unknown): string => sha256(canonicalText(value));

const hashes = new WeakMap<Tool, string>();

/** Of everything that a tool declares about what it does. A release that changes the meaning behind the same words raises `version`. */
export const toolHash = (tool: Tool): string => {
  const known = hashes.get(tool);
  if (known) return known;
  const { name, title, summary, effect, replay, version, account } = tool;
  const hash = hashOf({ name, title, summary, effect, replay, version, account, input: z.toJSONSchema(tool.input, { io: 'input' }) });
  hashes.set(tool, hash);
  return hash;
};

/** What a digest binds together. Any difference in any of it is a different action. */
export type DigestParts = {
  tool: string;
  toolHash: string;
  inputText: string;
  account: string;
  projectId: string;
  requester: string;
  editedBy: string | null;
  revision: number;
  ruleHash: string;
};

/** SHA-256 over the RFC 8785 text of the parts: the identity of exactly what a card shows. */
export const digestOf = (parts: DigestParts): string => hashOf({ v: 1, ...parts });
