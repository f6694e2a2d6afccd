/** As long as anything may take on a machine that is busy with everything else. Only what fails waits for it. */
export const PATIENCE_MS = 90_000;

/** Looks again and again until there is something, and answers it; says so when it never comes. */
export const eventually = async <T>(look: () => T | Promise<T>, everyMs = 10): Promise<Exclude<T, undefined | null | false>> => {
  const late = performance.now() + PATIENCE_MS;
  while (performance.now() < late) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found as Exclude<T, undefined | null | false>;
    await new Promise((done) => setTimeout(done, everyMs));
  }
  throw new Error('it did not happen within 90 seconds');
};
