import { useQuery } from '@tanstack/react-query';
import { commandsQuery, toolsQuery } from '../api/queries.ts';

/** One line of the palette. `fill` replaces what was typed. */
export type Suggestion = { key: string; name: string; summary: string; usage: string; kind: 'command' | 'action'; fill: string };

const MOST = 40;
const slashed = (name: string): string => (name.startsWith('/') ? name : `/${name}`);

/** The name that was typed whole comes first, then those that begin with it, then those that contain it. */
const rank = (suggestion: Suggestion, typed: string): number => {
  const name = suggestion.name.slice(1).toLowerCase();
  if (name === typed) return 0;
  if (name.startsWith(typed)) return 1;
  if (name.includes(typed)) return 2;
  return suggestion.summary.toLowerCase().includes(typed) ? 3 : -1;
};

/** The text asks for the palette while it is a slash and the start of one word. */
export const paletteQuery = (text: string): string | null => /^\/([\w-]*)$/.exec(text)?.[1]?.toLowerCase() ?? null;

export const useSuggestions = (typed: string | null): { suggestions: readonly Suggestion[]; loading: boolean } => {
  const commands = useQuery({ ...commandsQuery, enabled: typed !== null });
  const tools = useQuery({ ...toolsQuery, enabled: typed !== null });
  if (typed === null) return { suggestions: [], loading: false };
  const all: Suggestion[] = [
    ...(tools.data?.items ?? []).map((tool): Suggestion => {
      const name = slashed(tool.slash);
      return { key: `t:${tool.name}`, name, summary: tool.summary, usage: tool.title, kind: 'action', fill: `${name} ` };
    }),
    ...(commands.data?.items ?? []).map((command): Suggestion => {
      const name = slashed(command.name);
      return { key: `c:${command.name}`, name, summary: command.summary, usage: command.usage, kind: 'command', fill: `${name} ` };
    }),
  ];
  const suggestions = all
    .map((suggestion) => ({ suggestion, order: rank(suggestion, typed) }))
    .filter(({ order }) => order >= 0)
    .sort((a, b) => a.order - b.order)
    .slice(0, MOST)
    .map(({ suggestion }) => suggestion);
  return { suggestions, loading: commands.isLoading || tools.isLoading };
};
