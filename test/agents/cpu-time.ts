/** Milliseconds this thread worked, whatever else the machine does meanwhile. */
const spent = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/** The least time that a run takes of a few; caches and the compiler warm up on the first. Stops once it is at most `enough`. */
export const leastTime = async (run: () => Promise<unknown>, enough = 0): Promise<number> => {
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 8 && best > enough; turn++) {
    const begun = spent();
    await run();
    best = Math.min(best, spent() - begun);
  }
  return best;
};
