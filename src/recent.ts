/** A memory of the latest few, by key: what is older is asked for again, or done without. */
export type Recent<Value> = {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  /** Whether there was anything to forget. */
  delete(key: string): boolean;
};

/** `most`: so many are remembered; what was set longest ago goes first. */
export const recent = <Value>(most: number): Recent<Value> => {
  const kept = new Map<string, Value>();
  return {
    get: (key) => kept.get(key),
    set(key, value) {
      kept.delete(key);
      kept.set(key, value);
      const [oldest] = kept.keys();
      if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    },
    delete: (key) => kept.delete(key),
  };
};
